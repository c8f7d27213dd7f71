import { checkInteger, checkShape } from '@chiaro/core'
import { logSumExp, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { type Reduced, type Reduction, reduce } from './reduction.ts'

export interface RankingNceOptions<R extends Reduction = Reduction> {
  /** The column that holds the data; the others hold noise. Default 0. */
  readonly positive?: number
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * Ranking NCE in nats (Ma and Collins 2018; docs/notes.md eq. 1.11–1.13): with log ratios r = f − log p_noise, the
 * cross-entropy of picking the data among the k candidates of its row,
 *
 *   L_i = log Σ_j exp r_ij − r_i,positive = softplus(log Σ_{j ≠ positive} exp(r_ij − r_i,positive)),
 *
 * averaged over rows. It fixes f up to a constant; at p_noise = p_data it is log k, and 0 for k = 1.
 *
 * @param logRatios [batch, k]
 * @returns a scalar, or [batch] with reduction 'none'
 * @throws TypeError unless logRatios is float32 of rank 2; RangeError for a positive that is no column
 *
 * @example
 * ```ts
 * import { rankingNceLoss } from '@chiaro/objectives'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // Log ratios of the data (column 0) and of four draws of noise beside each.
 * rankingNceLoss(tf.zeros([100, 5])).print() // log 5: nothing told apart
 * ```
 */
export function rankingNceLoss<R extends Reduction = 'mean'>(
  logRatios: tf.Tensor,
  options: RankingNceOptions<R> = {},
): Reduced<R> {
  const where = 'rankingNceLoss'
  const { positive = 0, reduction = 'mean' } = options
  const { batch, k } = checkShape(where, { logRatios }, ['batch', 'k'])
  checkInteger(where, { positive }, { least: 0, below: k })
  return tf.tidy(() => {
    const data = tf.slice(logRatios, [0, positive], [batch, 1])
    const before = tf.slice(logRatios, [0, 0], [batch, positive])
    const after = tf.slice(logRatios, [0, positive + 1], [batch, k - positive - 1])
    const noise = positive === 0 ? after : positive === k - 1 ? before : tf.concat([before, after], 1)
    return reduce(where, softplus(logSumExp(tf.sub(noise, data), 1)), reduction)
  }) as Reduced<R>
}
