import type { RandomKey } from '@chiaro/core'
import { tableLayout } from '@chiaro/data'
import { metropolisLangevin } from '@chiaro/mcmc'
import { foldIn, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { DensityModel } from './model.ts'

export interface DrawOptions {
  readonly key: RandomKey
  /** Langevin steps after the draw, and as many before them that adapt the step size. */
  readonly steps: number
  readonly signal?: AbortSignal
  readonly onProgress?: (step: number, totalSteps: number) => void
}

export interface Draws {
  /** [count, width] row-major. */
  readonly rows: Float32Array
  /** How many candidates of equal weight those drawn from were worth. */
  readonly effectiveCandidates: number
  /** Mean over chains; 1 where there is nothing to move. */
  readonly acceptance: number
}

/** Candidates from the noise for each row drawn, and the fewest in all. */
const candidatesPerRow = 20
const fewestCandidates = 20_000

/**
 * Rows of a model, its own where it can draw them; else candidates from its noise resampled by exp(−E − log q) (Rubin's sampling-importance-resampling),
 * then moved by Metropolis-adjusted Langevin steps in the numeric columns, which leave the model as it is and part
 * candidates that were drawn twice.
 */
export async function drawRows(model: DensityModel, count: number, options: DrawOptions): Promise<Draws> {
  const { key, steps } = options
  if (model.exact !== undefined) return exactRows(model.exact, count, key)
  const candidates = Math.max(fewestCandidates, candidatesPerRow * count)
  const pool = tf.tidy(() => model.noise.sample(foldIn(key, 0), candidates)) as tf.Tensor2D
  const weights = tf.tidy(() => model.logWeight(pool))
  try {
    const { picked, effective } = resample(await weights.data(), count, uniformValues(foldIn(key, 1), 1)[0])
    const start = tf.tidy(() => tf.gather(pool, tf.tensor1d(picked, 'int32')))
    const moved = await moveNumeric(model, start, { ...options, key: foldIn(key, 2) }).finally(() =>
      start.dispose(),
    )
    const rows = new Float32Array(await moved.rows.data())
    moved.rows.dispose()
    return { rows, effectiveCandidates: effective, acceptance: steps === 0 ? 1 : moved.acceptance }
  } finally {
    tf.dispose([pool, weights])
  }
}

/** Of a model that can be drawn from itself. */
async function exactRows(
  { sample }: NonNullable<DensityModel['exact']>,
  count: number,
  key: RandomKey,
): Promise<Draws> {
  const drawn = tf.tidy(() => sample(key, count))
  const rows = new Float32Array(await drawn.data())
  drawn.dispose()
  return { rows, effectiveCandidates: count, acceptance: 1 }
}

/** Systematic resampling: row i is drawn count·w_i times, rounded up or down by one uniform number. */
function resample(logWeights: ArrayLike<number>, count: number, offset: number) {
  const largest = Array.prototype.reduce.call<
    ArrayLike<number>,
    [(a: number, b: number) => number, number],
    number
  >(logWeights, (a: number, b: number) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const weights = Float64Array.from(logWeights, value => Math.exp(value - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0)
  const picked = new Int32Array(count)
  let [at, reached] = [0, weights[0]]
  for (let i = 0; i < count; i++) {
    const wanted = ((i + offset) / count) * total
    while (reached < wanted && at < weights.length - 1) reached += weights[++at]
    picked[i] = at
  }
  return { picked, effective: (total * total) / squares }
}

async function moveNumeric(
  model: DensityModel,
  start: tf.Tensor2D,
  { key, steps, signal, onProgress }: DrawOptions,
): Promise<{ readonly rows: tf.Tensor; readonly acceptance: number }> {
  const { width, blocks } = tableLayout(model.config.encoding)
  const numeric = blocks.filter(({ kind }) => kind === 'numeric').length
  if (steps === 0 || numeric === 0) return { rows: tf.clone(start), acceptance: 1 }
  const parts = tf.tidy(() => [
    tf.slice(start, [0, 0], [-1, numeric]),
    tf.slice(start, [0, numeric], [-1, width - numeric]),
  ])
  const [position, categories] = parts
  try {
    const { state, draws, info } = await metropolisLangevin(
      x => model.density.energy(tf.concat([x, categories], 1)),
      position,
      {
        key,
        stepSize: 0.1,
        warmup: steps,
        steps,
        signal,
        onProgress: progress => onProgress?.(progress.step, progress.totalSteps),
      },
    )
    const rows = tf.tidy(() => tf.concat([state.position, categories], 1))
    tf.dispose([state, draws])
    const { acceptance } = info
    return { rows, acceptance: acceptance.reduce((sum, a) => sum + a, 0) / acceptance.length }
  } finally {
    tf.dispose(parts)
  }
}
