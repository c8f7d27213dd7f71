// The cells of the tables: a model, a noise, ν and n, with the variances known for them.
import { gaussianLine } from './gaussian-line.mjs'
import { gaussianPrecision } from './gaussian-precision.mjs'
import { ica } from './ica.mjs'
import { rankingLine } from './ranking.mjs'

/**
 * An entry is one number of the table: the sum of n·Var over `of`, places in what the family reports. `target` was
 * known before this experiment was written; `closed` stands where no covariance formula is at hand.
 * @typedef {{ name: string, of: number[], target?: number, closed?: number }} Entry
 * @typedef {{ group: string, noise: string, noiseRatio: number, count: number, family: any, entries: Entry[] }} Cell
 */

/** Target n·Var of (μ, σ², c) at ν = 1, 5, 10, 100. */
const lineTable = [
  ['N(0, 1)', 0, 1, 2000, '2 4 1  1.2 2.4 .6  1.1 2.2 .55  1.01 2.02 .505'],
  ['N(0, 1.5²)', 0, 1.5, 2000, '1.692 2.978 1.338  1.150 2.220 .679  1.076 2.112 .591  1.008 2.011 .509'],
  ['N(0, 2²)', 0, 2, 2000, '1.720 2.995 1.815  1.164 2.236 .785  1.084 2.122 .645  1.009 2.013 .515'],
  ['N(0, 3²)', 0, 3, 2000, '1.881 3.215 2.797  1.212 2.307 1.005  1.110 2.161 .757  1.012 2.017 .526'],
  ['N(0, .7²)', 0, 0.7, 10000, '3.467 12.49 1.273  1.665 5.058 .786  1.393 3.901 .697  1.071 2.434 .559'],
  ['N(1, 1)', 1, 1, 10000, '4.847 7.205 1.870  1.878 3.714 .876  1.463 3.044 .719  1.052 2.163 .532'],
  ['N(2, 1)', 2, 1, 10000, '30.19 22.68 10.91  9.477 10.84 2.775  6.019 8.227 1.738  1.891 3.957 .742'],
]

/** Correlation, noise covariance (null: the data's own), ν, target n·Var of (Λ₁₁, Λ₁₂, c). */
const planeTable = [
  [0.6, null, 1, [9.766, 6.641, 2]],
  [0.6, 1, 1, [8.882, 5.734, 2.575]],
  [0.6, 1, 10, [5.418, 3.655, 1.213]],
  [0.6, 1.5, 1, [7.888, 5.18, 2.916]],
  [0.6, 1.5, 10, [5.238, 3.544, 1.209]],
  [0.9, 1, 1, [99.04, 87.06, 4.481]],
  [0.9, 1, 10, [62.35, 56.07, 1.499]],
]

/** Noise variance, ν, target n·trace Cov(W) and n·Var(c), the latter where known. */
const icaTable = [
  [1, 1, [8.92, 6.15]],
  [1, 10, [4.39, 2.63]],
  [1, 100, [3.66, 2.16]],
  [2, 1, [6.31]],
]

const lineCells = lineTable.flatMap(([noise, mean, sd, count, row]) => {
  const values = row.trim().split(/\s+/).map(Number)
  return [1, 5, 10, 100].map((noiseRatio, at) => ({
    group: '1-D Gaussian',
    noise,
    noiseRatio,
    count,
    family: gaussianLine({ mean, sd, noiseRatio }),
    entries: ['μ', 'σ²', 'c'].map((name, i) => ({ name, of: [i], target: values[3 * at + i] })),
  }))
})

const planeCells = planeTable.map(([correlation, variance, noiseRatio, values]) => {
  const covariance = [1, correlation, correlation, 1]
  const noiseCovariance = variance === null ? covariance : [variance, 0, 0, variance]
  const noise = variance === null ? 'p' : variance === 1 ? 'N(0, I)' : `N(0, ${variance} I)`
  return {
    group: `2-D Gaussian, ρ = ${correlation}`,
    noise,
    noiseRatio,
    count: 2000,
    family: gaussianPrecision({ covariance, noiseCovariance, dimension: 2, noiseRatio }),
    entries: ['Λ₁₁', 'Λ₁₂', 'c'].map((name, i) => ({ name, of: [[0], [1], [3]][i], target: values[i] })),
  }
})

const icaCells = icaTable.map(([noiseVariance, noiseRatio, values]) => ({
  group: 'ICA, 2 sources',
  noise: noiseVariance === 1 ? 'N(0, I)' : `N(0, ${noiseVariance} I)`,
  noiseRatio,
  count: 2000,
  family: ica({ noiseVariance, noiseRatio }),
  entries: [
    { name: 'trace W', of: [0, 1, 2, 3], target: values[0] },
    { name: 'c', of: [4], target: values[1] },
  ],
}))

const rankingCells = [1, 4, 10].map(negatives => ({
  group: 'ranking, 1-D Gaussian',
  noise: 'p',
  noiseRatio: negatives,
  count: 2000,
  family: rankingLine({ negatives }),
  entries: ['μ', 'σ²'].map((name, i) => ({ name, of: [i], closed: [1, 2][i] * (1 + 1 / negatives) })),
}))

/** @type {Cell[]} */
export const binaryCells = [...lineCells, ...planeCells, ...icaCells]
/** @type {Cell[]} */
export { rankingCells }
