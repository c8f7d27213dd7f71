import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import { gridKl, gridLogPartition, logPartitionFromWeights } from '@chiaro/evaluate'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Box, Landscape } from './messages.ts'
import type { Model } from './model.ts'
import { adviceOn } from './noise-view.ts'

/** Cells along an axis of the pictures, and of the sums for log Z. */
const picturePoints = 90
const sumPoints = 160
/** Sums reach beyond the picture by this part of it on every side: a young model has wide tails. */
const sumMargin = 0.6
/** Samples of the noise for an estimate of log Z that trusts no grid. */
const weights = 4000

export interface LandscapeOptions {
  readonly step: number
  readonly box: Box
  readonly noise: NoiseDistribution
  readonly noiseRatio: number
  readonly hasClassifier: boolean
  readonly learnsLogPartition: boolean
  /** The data's, where it is known. */
  readonly truth?: NoiseDistribution
  readonly heldOut: tf.Tensor2D
  readonly chains: tf.Tensor
  readonly key: RandomKey
}

/** Everything the page shows of a model as it stands. */
export async function landscapeOf(model: Model, options: LandscapeOptions): Promise<Landscape> {
  const { step, box, noise, noiseRatio, hasClassifier, learnsLogPartition, truth, heldOut, chains, key } =
    options
  const energy = (x: tf.Tensor) => model.energy(x)
  const wide = { ...widened(box, sumMargin), points: sumPoints, batch: 8192 }
  const { logPartition, boundaryShare } = await gridLogPartition(energy, wide)
  const learned = learnsLogPartition ? (await model.logPartition.data())[0] : undefined
  const exactScalar = model.exact?.exactLogPartition()
  const exact = await exactScalar?.data()
  exactScalar?.dispose()
  const divergence =
    truth === undefined
      ? undefined
      : await gridKl({ from: x => tf.neg(truth.logProb(x)), to: energy }, wide).catch(() => undefined)
  const grid = tf.tidy(() => {
    const x = centres(box, picturePoints)
    const logDensity = tf.neg(tf.add(model.energy(x), logPartition))
    if (!hasClassifier) return [logDensity]
    // The classifier that training has: with the learned log Z where there is one.
    const own = tf.neg(tf.add(model.energy(x), learned ?? logPartition))
    const decision = tf.sigmoid(tf.sub(tf.sub(own, noise.logProb(x)), Math.log(noiseRatio)))
    return [logDensity, decision]
  })
  const heldOutMean = tf.tidy(() => tf.neg(tf.add(tf.mean(model.energy(heldOut)), logPartition)))
  const sampled = hasClassifier ? await sampledLogPartition(model, noise, foldIn(key, step)) : undefined
  const [logDensity, decision] = (await Promise.all(grid.map(part => part.data()))) as Float32Array[]
  const ofAdvice = { rows: heldOut, noiseRatio, key: foldIn(key, 0) }
  const landscape: Landscape = {
    step,
    points: picturePoints,
    box,
    logDensity: logDensity.slice(),
    decision: decision?.slice(),
    gridLogPartition: logPartition,
    exactLogPartition: exact?.[0],
    learnedLogPartition: learned,
    sampledLogPartition: sampled,
    boundaryShare,
    divergence,
    advice: hasClassifier ? await adviceOn(normalised(model, learned ?? logPartition), noise, ofAdvice) : [],
    heldOut: (await heldOutMean.data())[0],
    chains: ((await chains.data()) as Float32Array).slice(),
  }
  tf.dispose([grid, heldOutMean])
  return landscape
}

/** A model with a log Z that is given. */
function normalised(model: Model, logPartition: number) {
  return {
    energy: (x: tf.Tensor) => model.energy(x),
    logDensity: (x: tf.Tensor) => tf.tidy(() => tf.neg(tf.add(model.energy(x), logPartition)) as tf.Tensor1D),
  }
}

async function sampledLogPartition(model: Model, noise: NoiseDistribution, key: RandomKey) {
  const logWeights = tf.tidy(() => {
    const y = noise.sample(key, weights)
    return tf.neg(tf.add(model.energy(y), noise.logProb(y)))
  })
  try {
    return logPartitionFromWeights(await logWeights.data())
  } catch {
    // A weight that is not finite: the noise does not reach where the model is.
    return undefined
  } finally {
    logWeights.dispose()
  }
}

function widened({ low, high }: Box, margin: number): Box {
  const by = margin * (high[0] - low[0])
  return { low: [low[0] - by, low[1] - by], high: [high[0] + by, high[1] + by] }
}

/** The centres of the cells, row by row from the bottom. */
function centres({ low, high }: Box, points: number): tf.Tensor2D {
  const at = (axis: 0 | 1, index: number) => low[axis] + ((index + 0.5) / points) * (high[axis] - low[axis])
  const values = Float32Array.from({ length: 2 * points * points }, (_, i) => {
    const cell = i >> 1
    return i & 1 ? at(1, Math.floor(cell / points)) : at(0, cell % points)
  })
  return tf.tensor2d(values, [points * points, 2])
}
