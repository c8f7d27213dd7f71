import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import { noiseAdequacy } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import { indifferentPlaneLoss, type PlaneConfig, type PlaneDensity, planeLoss } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { LossMarks, NoiseView } from './messages.ts'

export interface NoiseViewOptions {
  readonly objective: PlaneConfig['objective']
  readonly noiseRatio: number
  readonly scale: number
  readonly truth?: NoiseDistribution
  readonly key: RandomKey
}

const shown = 400
/** Data and noise rows of the estimate of the loss at the truth; its error is about a hundredth of a nat. */
const optimumRows = 120_000

/** The noise for the page: samples, and the loss at the truth, for any data rows of known density. */
export async function noiseViewOf(noise: NoiseDistribution, options: NoiseViewOptions): Promise<NoiseView> {
  const sample = tf.tidy(() => noise.sample(foldIn(options.key, 0), shown))
  const rows = ((await sample.data()) as Float32Array).slice()
  sample.dispose()
  return { rows, marks: await marksOf(noise, options) }
}

async function marksOf(noise: NoiseDistribution, options: NoiseViewOptions): Promise<LossMarks> {
  const { objective, noiseRatio, scale, truth, key } = options
  const indifferent = indifferentPlaneLoss(objective, noiseRatio)
  // A blurred density has another optimum, and divergences have none.
  if (truth === undefined || objective === 'denoising' || objective === 'divergence') return { indifferent }
  const logDensity = (x: tf.Tensor) => truth.logProb(x)
  const density: PlaneDensity = { logDensity, energy: x => tf.neg(truth.logProb(x)) as tf.Tensor1D }
  const value = tf.tidy(() => {
    const x = truth.sample(foldIn(key, 1), Math.floor(optimumRows / (1 + noiseRatio))) as tf.Tensor2D
    return planeLoss(objective, density, x, { noise, noiseRatio, scale, key: foldIn(key, 2) })
  })
  const [optimum] = await value.data()
  value.dispose()
  return Number.isFinite(optimum) ? { indifferent, optimum } : { indifferent }
}

/** What the figures of a model and its noise say about the noise, in sentences. */
export async function adviceOn(
  model: PlaneDensity,
  noise: NoiseDistribution,
  {
    rows,
    noiseRatio,
    key,
  }: { readonly rows: tf.Tensor2D; readonly noiseRatio: number; readonly key: RandomKey },
): Promise<readonly string[]> {
  const [data, drawn] = tf.tidy(() => {
    const y = noise.sample(key, 1000)
    return [rows, y].map(at => tf.sub(model.logDensity(at), noise.logProb(at)))
  })
  try {
    return (await noiseAdequacy(data, drawn, { noiseRatio })).advice
  } catch {
    return []
  } finally {
    tf.dispose([data, drawn])
  }
}
