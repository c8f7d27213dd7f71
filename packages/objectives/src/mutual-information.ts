import { checkOneOf, checkShape } from '@chiaro/core'
import { logSumExp, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

export interface MutualInformationOptions {
  /** Which lower bound. Default 'infoNce'. */
  readonly bound?: 'infoNce' | 'nwj' | 'dv'
}

/**
 * A lower bound of the mutual information I(x; y) in nats from a critic's logits z_ij = critic(x_i, y_j) on k joint
 * draws, as a scalar to maximise (Poole et al. 2019, "On Variational Bounds of Mutual Information"). With means over
 * the joint pairs i = j and, for the product of marginals, over the k(k − 1) pairs i ≠ j:
 *
 *   'infoNce'  log k − mean_i [ log Σ_j exp z_ij − z_ii ]   van den Oord et al. 2018
 *   'nwj'      mean z_ii − mean exp(z_ij − 1)               Nguyen, Wainwright and Jordan 2010
 *   'dv'       mean z_ii − log mean exp z_ij                Donsker and Varadhan 1983
 *
 * At their best z is the log density ratio log p(x, y) − log p(x)p(y): plus any function of x for infoNce, plus any
 * constant for dv, plus exactly 1 for nwj. InfoNCE is never above log k (`mutualInformationReport` says how near it
 * is) and varies little. NWJ has no such ceiling, but a variance that grows like exp I; beyond z = 89 it is −∞. DV's
 * logarithm of a mean makes it exceed the truth on average, the more so the larger I is.
 *
 * @param logits [k, k], joint pairs on the diagonal
 * @throws TypeError unless logits is float32 [k, k]; RangeError for k = 0, for k = 1 with nwj or dv (no pair i ≠ j),
 *   for an unknown bound
 *
 * @example
 * ```ts
 * import { mutualInformationBound } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const x = normal(key(1), [256, 1])
 * const y = tf.add(tf.mul(x, 0.8), tf.mul(normal(key(2), [256, 1]), 0.6))
 * // Row i's own y is in column i; correlated by 0.8, the two share −½ log(1 − 0.64) = 0.511 nats.
 * const logits = tf.matMul(x, y, false, true)
 * mutualInformationBound(logits, { bound: 'infoNce' }).print()
 * ```
 */
export function mutualInformationBound(
  logits: tf.Tensor,
  { bound = 'infoNce' }: MutualInformationOptions = {},
): tf.Scalar {
  const where = 'mutualInformationBound'
  const k = checkPairs(where, logits, bound)
  return tf.tidy(() => {
    const { joint, others } = splitPairs(logits)
    if (bound === 'infoNce') {
      const losses = softplus(logSumExp(tf.sub(others, tf.reshape(joint, [k, 1])), 1))
      return tf.sub(Math.log(k), tf.mean(losses))
    }
    const pairs = k * (k - 1)
    if (bound === 'nwj') return tf.sub(tf.mean(joint), tf.div(tf.sum(tf.exp(tf.sub(others, 1))), pairs))
    return tf.sub(tf.mean(joint), tf.sub(logSumExp(tf.reshape(others, [k * k]), 0), Math.log(pairs)))
  })
}

/** The diagonal [k], and the logits with −∞ on the diagonal [k, k]. */
export function splitPairs(logits: tf.Tensor): { readonly joint: tf.Tensor; readonly others: tf.Tensor } {
  const k = logits.shape[0]
  const diagonal = tf.cast(tf.eye(k), 'bool')
  const zeros = tf.zerosLike(logits)
  return {
    joint: tf.sum(tf.where(diagonal, logits, zeros), 1),
    others: tf.where(diagonal, tf.fill([k, k], Number.NEGATIVE_INFINITY), logits),
  }
}

/** Refuses what is no float32 [k, k] with pairs enough for the bound; gives k. */
export function checkPairs(where: string, logits: tf.Tensor, bound: string): number {
  checkOneOf(where, { bound }, ['infoNce', 'nwj', 'dv'])
  return checkShape(where, { logits }, ['k', 'k'], { least: { k: bound === 'infoNce' ? 1 : 2 } }).k
}
