import { key, normalValues, uniformValues } from '@chiaro/random'
import { meanOf, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { density } from '../density.ts'
import type { ObjectiveName } from '../objectives/objectives.ts'
import type { DensitySettings } from '../settings.ts'
import type { EnergyName } from './energies.ts'

type Row = readonly number[]

/** A law that an energy can be, with its log p in closed form. */
interface Law {
  readonly energy: EnergyName
  readonly settings?: Partial<DensitySettings>
  readonly objectives: readonly ObjectiveName[]
  /** Numbers that are learned, less those that change nothing. */
  readonly free: number
  /** A row from four standard normals and four uniforms. */
  readonly row: (z: Float32Array, u: Float32Array) => Row
  readonly logDensity: (row: Row) => number
  /** Of a form that the program finds log Z of by sampling only: what it is by the parameters. */
  readonly logPartition?: (parameters: Readonly<Record<string, number>>) => number
}

const all = ['cd', 'score-matching', 'ranking-nce'] as const
/** Of energies that bend, and of categories, which have no slopes. */
const unsloped = ['cd', 'ranking-nce'] as const
const normal = (x: number, mean: number, deviation: number) =>
  Math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI))
const laplace = (u: number) => -Math.sign(u - 0.5) * Math.SQRT1_2 * Math.log(1 - 2 * Math.abs(u - 0.5))
/** Of two coins that tend to fall alike: both heads, the first alone, the second alone, none. */
const coins = [0.4, 0.1, 0.15, 0.35]

const laws: readonly Law[] = [
  {
    energy: 'gaussian',
    objectives: all,
    free: 5,
    // Covariance [[4, 1.2], [1.2, 1]].
    row: ([a, b]) => [3 + 2 * a, -2 + 0.6 * a + 0.8 * b],
    logDensity([x, y]) {
      const [a, b] = [(x - 3) / 2, (y + 2 - 0.3 * (x - 3)) / 0.8]
      return -(a * a + b * b) / 2 - Math.log(2 * Math.PI * 1.6)
    },
  },
  {
    energy: 'mixture',
    // It begins where EM ends: the objective must keep it there.
    settings: { components: 2 },
    objectives: all,
    free: 5,
    row: ([a], [u]) => [u < 0.4 ? -1 + 0.8 * a : 1.2 + 0.5 * a],
    logDensity: ([x]) => Math.log(0.4 * normal(x, -1, 0.8) + 0.6 * normal(x, 1.2, 0.5)),
  },
  {
    energy: 'product-of-experts',
    settings: { experts: 1 },
    objectives: all,
    free: 2,
    // Student's t of 5 degrees of freedom: a normal over the root of a fifth of χ²₅ = z² − 2 log u₀u₁.
    row: ([a, b], [u, v]) => [a / Math.sqrt((b * b - 2 * Math.log((1 - u) * (1 - v))) / 5)],
    // Γ(3)/(Γ(5/2) √5π) = 8/(3π√5).
    logDensity: ([x]) => Math.log(8 / (3 * Math.PI * Math.sqrt(5))) - 3 * Math.log1p((x * x) / 5),
    // ∫ (1 + w²x²/2)^−α dx = √(2π)/|w| · Γ(α − ½)/Γ(α).
    logPartition: ({ features, logExponents }) =>
      Math.log(Math.sqrt(2 * Math.PI) / Math.abs(features)) + logGammaRatio(Math.exp(logExponents)),
  },
  {
    energy: 'ica',
    objectives: unsloped,
    free: 4,
    // x = As of Laplace sources, A = [[1, 0.5], [−0.3, 0.8]], det A = 0.95.
    row: (_, [u, v]) => [laplace(u) + 0.5 * laplace(v), -0.3 * laplace(u) + 0.8 * laplace(v)],
    logDensity([x, y]) {
      const [s, t] = [(0.8 * x - 0.5 * y) / 0.95, (0.3 * x + y) / 0.95]
      return -Math.SQRT2 * (Math.abs(s) + Math.abs(t)) - Math.log(2 * 0.95)
    },
  },
  {
    energy: 'boltzmann',
    // One hidden unit ties two visible ones as it likes: every law of theirs is such a machine.
    settings: { hidden: 1, learningRate: 0.2 },
    objectives: unsloped,
    free: 3,
    row: (_, [u]) => [Number(u < 0.5), Number(u < 0.4 || u >= 0.85)],
    logDensity: ([a, b]) => Math.log(coins[2 * (1 - a) + 1 - b]),
  },
]

/** log Γ(α − ½)/Γ(α), by Stirling's series ten steps up. */
function logGammaRatio(alpha: number): number {
  let below = 0
  for (let i = 0; i < 10; i++) below += Math.log((alpha + i) / (alpha - 0.5 + i))
  const stirling = (x: number) => (x - 0.5) * Math.log(x) - x + 1 / (12 * x) - 1 / (360 * x ** 3)
  return below + stirling(alpha + 9.5) - stirling(alpha + 10)
}

function rowsOf(seed: number, count: number, { row }: Law): Row[] {
  const [z, u] = [normalValues(key(seed), 4 * count), uniformValues(key(seed + 1), 4 * count)]
  return Array.from({ length: count }, (_, i) =>
    row(z.subarray(4 * i, 4 * i + 4), u.subarray(4 * i, 4 * i + 4)),
  )
}

const given = (rows: readonly Row[], { energy }: Law) =>
  energy === 'boltzmann'
    ? rows.map(([a, b]) => ({ first: a ? 'heads' : 'tails', second: b ? 'heads' : 'tails' }))
    : { values: rows.flat(), width: rows[0].length }

describe('densities in closed form', () => {
  beforeAll(() => useTestBackend('wasm'))
  afterEach(() => tf.disposeVariables())

  const [count, asked] = [6000, 20_000]
  const cases = laws.flatMap(law => law.objectives.map(objective => ({ energy: law.energy, objective, law })))
  it.each(cases)('$objective recovers $energy', async ({ law, objective }) => {
    const model = await density.train({
      ...{ energy: law.energy, objective, noise: 'gaussian' as const },
      ...{ steps: 400, batchSize: 256, learningRate: 0.03, validateEvery: 1000 },
      ...(objective === 'cd' && { chainSteps: 2 }),
      ...law.settings,
      rows: given(rowsOf(1, count, law), law),
      key: key(4),
    })
    const rows = rowsOf(11, asked, law)
    const logDensities = await model.logDensity(given(rows, law))
    const { parameters } = model.model
    const first = ([name, value]: [string, tf.Variable]) => [name, value.dataSync()[0]]
    const excess =
      law.logPartition === undefined
        ? 0
        : law.logPartition(Object.fromEntries(Object.entries(parameters).map(first))) -
          model.logPartition().independent.logPartition
    const lost = rows.map((row, i) => law.logDensity(row) - logDensities[i] + excess)
    const divergence = meanOf(lost)
    const error = Math.sqrt(meanOf(lost, value => (value - divergence) ** 2) / asked)
    // 2n KL of maximum likelihood is χ² of as many degrees as numbers are free, here twice that: by quadrature score
    // matching loses 1 of the Gaussian, 1.2 of the mixture and 1.9 of Student's t, ranking NCE 1.2 and 1.6.
    const degrees = law.free + 4 * Math.sqrt(2 * law.free)
    expect(divergence).toBeLessThan((2 * degrees) / (2 * 0.8 * count) + 4 * error)
    expect(divergence).toBeGreaterThan(-4 * error)
  })
})
