import { checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { prepared } from './prepared.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'

export interface TemplateNameOptions<R extends Reduction = Reduction> {
  /** Whether rows are divided by their lengths first. Default true. */
  readonly normalize?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * The spectral contrastive loss (HaoChen, Wei, Gaidon and Ma 2021, "Provable guarantees for self-supervised deep learning
 * with spectral contrastive loss"):
 *
 *   L_i = −2·x_iᵀy_i + 1/(n − 1) Σ_{j ≠ i} (x_iᵀy_j)²,
 *
 * averaged over rows; it has no unit. −2 is the least that unit rows can reach: pairs that are equal, and at right angles
 * to all others. All rows equal give −1. The sum is x_iᵀ(YᵀY)x_i less its own term, so that no n×n products are stored.
 *
 * Differs from the paper: rows are of unit length by default, where theirs are of a length that is tuned.
 *
 * @param x [n, d]
 * @param y [n, d], row i the other view of row i
 * @returns a scalar, or [n] with reduction 'none'; 0 for no pair, and without other rows the first term alone
 * @throws TypeError for shapes or dtypes that don't fit
 */
export function templateNameLoss<R extends Reduction = 'mean'>(
  x: tf.Tensor,
  y: tf.Tensor,
  options: TemplateNameOptions<R> = {},
): Reduced<R> {
  const where = 'templateNameLoss'
  const { normalize = true, reduction = 'mean' } = options
  const { n } = checkShape(where, { x, y }, ['n', 'd'])
  return tf.tidy(() => {
    const [a, b] = [prepared(x, normalize), prepared(y, normalize)]
    const right = tf.sum(tf.mul(a, b), 1)
    const all = tf.sum(tf.mul(tf.matMul(a, tf.matMul(b, b, true)), a), 1)
    const others = tf.div(tf.sub(all, tf.square(right)), Math.max(n - 1, 1))
    return reduce(where, tf.sub(others, tf.mul(right, 2)), reduction)
  }) as Reduced<R>
}
