// The link to the packages: at the float64 optimum of a cell's first replicate, Chiaro's own loss has no slope left.
import { useBackend } from '@chiaro/backend'
import { binaryNceLoss, rankingNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import { binaryCells, rankingCells } from './cells.mjs'
import { figure, table } from './format.mjs'
import { fitReplicate } from './work.mjs'

/** @param {number} seed */
export async function productTable(seed) {
  const { chosen } = await useBackend('wasm')
  const rows = [...binaryCells, ...rankingCells].map((cell, at) => {
    const { draw, theta } = fitReplicate(at, 0, seed)
    const errors = standardErrors(cell, draw, theta)
    const moved = theta.map((value, i) => (i === 0 ? value + 1 / Math.sqrt(cell.count) : value))
    const [slope, away] = [theta, moved].map(point =>
      Math.max(...gradientOf(cell, draw, point).map((value, i) => Math.abs(value) / errors[i])),
    )
    return { cell, slope, away }
  })
  const largest = kinks =>
    figure(
      Math.max(...rows.filter(({ cell }) => (cell.family.kinks === true) === kinks).map(row => row.slope)),
    )
  return [
    `## The packages' own losses at the float64 optimum (${chosen}, float32)\n`,
    table(
      [
        'model',
        'noise',
        'ν or K',
        'n',
        'largest gradient / its SE',
        'with the first parameter moved by 1/√n',
      ],
      rows.map(({ cell, slope, away }) => [
        cell.group,
        cell.noise,
        cell.noiseRatio,
        cell.count,
        figure(slope),
        figure(away),
      ]),
    ),
    `\nLargest ${largest(false)} SE; ICA, whose loss has kinks, ${largest(true)} SE.\n`,
  ].join('\n')
}

/** Chiaro's gradient with respect to θ on the chosen backend. */
function gradientOf({ family, noiseRatio }, { data, noise }, theta) {
  const gradient = tf.grad(at => {
    if (noise === undefined) return rankingNceLoss(family.logRatio(at, tf.tensor1d(data)))
    const [ofData, ofNoise] = [data, noise].map(points =>
      family.logRatio(at, tf.tensor2d(points, [points.length / family.dimension, family.dimension])),
    )
    return binaryNceLoss(ofData, ofNoise, { noiseRatio })
  })
  return tf.tidy(() => [...gradient(tf.tensor1d(Float32Array.from(theta))).dataSync()])
}

/** The standard error of each component of the gradient, from the spread of its terms over rows. */
function standardErrors({ family, noiseRatio }, { data, noise }, theta) {
  if (noise === undefined) return errorsOfMean(data, family.width, row => family.rowGradient(theta, row))
  const term = side => x => {
    const logRatio = family.logRatioAt(theta, x) - Math.log(noiseRatio)
    const residual = 1 / (1 + Math.exp(-side * logRatio))
    return family.features(theta, x).map(value => residual * value)
  }
  const ofData = errorsOfMean(data, family.dimension, term(-1))
  const ofNoise = errorsOfMean(noise, family.dimension, term(1))
  return ofData.map((error, i) => Math.hypot(error, noiseRatio * ofNoise[i]))
}

/** Standard errors of the mean over rows of the vectors `term(row)`. */
function errorsOfMean(points, width, term) {
  const [sums, squares] = [[], []]
  for (let at = 0; at < points.length; at += width) {
    term(points.subarray(at, at + width)).forEach((value, i) => {
      sums[i] = (sums[i] ?? 0) + value
      squares[i] = (squares[i] ?? 0) + value * value
    })
  }
  const count = points.length / width
  return sums.map((sum, i) => Math.sqrt((squares[i] / count - (sum / count) ** 2) / count))
}
