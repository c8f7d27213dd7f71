import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import { gridKl, gridLogPartition, logPartitionFromWeights } from '@chiaro/evaluate'
import { foldIn } from '@chiaro/random'
import { learnsLogPartition, type PlaneDensity, type PlaneModel, usesNoise } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import { type Box, widened } from './box.ts'
import type { Landscape } from './messages.ts'
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
  /** The data's, where it is known. */
  readonly truth?: NoiseDistribution
  readonly heldOut: tf.Tensor2D
  readonly chains: tf.Tensor
  readonly key: RandomKey
}

/** Everything the page shows of a model as it stands. */
export async function landscapeOf(
  { density: model, config, exactLogPartition }: PlaneModel,
  options: LandscapeOptions,
): Promise<Landscape> {
  const { step, box, noise, noiseRatio, truth, heldOut, chains, key } = options
  const hasClassifier = usesNoise(config.objective)
  const energy = (x: tf.Tensor) => model.energy(x)
  const wide = { ...widened(box, sumMargin), points: sumPoints, batch: 8192 }
  const { logPartition } = await gridLogPartition(energy, wide)
  const learned = learnsLogPartition(config.objective) ? (await model.logPartition.data())[0] : undefined
  const exactScalar = exactLogPartition?.()
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
    divergence,
    advice: hasClassifier ? await adviceOn(normalised(model, learned ?? logPartition), noise, ofAdvice) : [],
    heldOut: (await heldOutMean.data())[0],
    chains: ((await chains.data()) as Float32Array).slice(),
  }
  tf.dispose([grid, heldOutMean])
  return landscape
}

/** A model with a log Z that is given. */
function normalised(model: PlaneDensity, logPartition: number) {
  return {
    energy: (x: tf.Tensor) => model.energy(x),
    logDensity: (x: tf.Tensor) => tf.tidy(() => tf.neg(tf.add(model.energy(x), logPartition)) as tf.Tensor1D),
  }
}

async function sampledLogPartition(model: PlaneDensity, noise: NoiseDistribution, key: RandomKey) {
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

/** The centres of the cells, row by row from the bottom. */
function centres({ low, high }: Box, points: number): tf.Tensor2D {
  const at = (axis: 0 | 1, index: number) => low[axis] + ((index + 0.5) / points) * (high[axis] - low[axis])
  const values = Float32Array.from({ length: 2 * points * points }, (_, i) => {
    const cell = i >> 1
    return i & 1 ? at(1, Math.floor(cell / points)) : at(0, cell % points)
  })
  return tf.tensor2d(values, [points * points, 2])
}
