import { type RandomKey, yielding } from '@chiaro/core'
import { type LogPartitionEstimate, logPartitionFromWeights } from '@chiaro/evaluate'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { annealedLogPartition } from './annealed-log-partition.ts'
import type { DensityModel } from './model.ts'

/** Noise rows behind the independent log Z. */
const noiseRows = 50_000
const chunk = 5000
/** With a smaller share of these that carry weight, 500 rows, annealing is tried first; below 100 nothing else is left. */
const leastShare = 0.01

/** log Z found without training, and how. */
export type IndependentLogPartition = {
  readonly by: 'closed form' | 'importance sampling' | 'annealed importance sampling'
} & Partial<LogPartitionEstimate> &
  Pick<LogPartitionEstimate, 'logPartition' | 'standardError'>

export interface LogPartitions {
  /** −E − log q of fresh noise rows: the log ratios without log Z. */
  readonly logWeights: Float32Array
  /** The best of the ways there are, apart from what training learned. */
  readonly independent: IndependentLogPartition
  /** By importance sampling from the noise; the same where it is the best. */
  readonly importance: LogPartitionEstimate
  /** In closed form, of energies that have one. */
  readonly exact?: number
  /** Why the independent one cannot be believed, in words. */
  readonly doubt?: string
}

/** The same model and run's key give the same rows, so that scores agree with the report. */
export async function logPartitionsOf(model: DensityModel, key: RandomKey): Promise<LogPartitions> {
  const logWeights = await weightsOfNoise(model, foldIn(key, 5))
  const importance = logPartitionFromWeights(logWeights)
  const found = { logWeights, importance }
  const exact = await exactLogPartition(model)
  if (exact !== undefined) {
    return { ...found, exact, independent: { by: 'closed form', logPartition: exact, standardError: 0 } }
  }
  const bySampling = { by: 'importance sampling', ...importance } as const
  const { effectiveSampleSize } = importance
  if (effectiveSampleSize >= leastShare * noiseRows) return { ...found, independent: bySampling }
  const annealed = await annealedLogPartition(model, foldIn(key, 8))
  if (annealed?.reliable) {
    return { ...found, independent: { by: 'annealed importance sampling', ...annealed } }
  }
  if (importance.reliable) return { ...found, independent: bySampling }
  const rows = `${effectiveSampleSize.toFixed(1)} of ${noiseRows} noise rows carry weight`
  const chains =
    annealed === undefined
      ? 'and rows with categories, or chains that all fail, cannot be annealed'
      : `and ${annealed.effectiveSampleSize.toFixed(1)} of ${annealed.samples} annealed chains do`
  return { ...found, independent: bySampling, doubt: `${rows}, ${chains}` }
}

async function weightsOfNoise(model: DensityModel, key: RandomKey): Promise<Float32Array> {
  const logWeights = new Float32Array(noiseRows)
  const turn = yielding()
  for (let from = 0; from < noiseRows; from += chunk) {
    await turn()
    const part = tf.tidy(() => model.logWeight(model.noise.sample(foldIn(key, from), chunk)))
    logWeights.set(await part.data(), from)
    part.dispose()
  }
  return logWeights
}

async function exactLogPartition({ exact }: DensityModel): Promise<number | undefined> {
  const scalar = exact?.exactLogPartition()
  if (scalar === undefined) return undefined
  const [value] = await scalar.data()
  scalar.dispose()
  return value
}
