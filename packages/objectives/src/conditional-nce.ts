import { checkShape, described, typeError } from '@chiaro/core'
import { softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { noisePerData } from './log-ratios.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'

export interface ConditionalNceOptions<R extends Reduction = Reduction> {
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * Conditional noise-contrastive estimation in nats (Ceylan and Gutmann 2018, "Conditional Noise-Contrastive
 * Estimation of Unnormalised Models"): noise y is data x disturbed by a known p_c(y given x), and the model tells
 * which of the two came first. With
 *
 *   forward  = f(x) + log p_c(y given x),    the log density of "x, then y"
 *   backward = f(y) + log p_c(x given y),    of "y, then x"
 *   G        = forward − backward
 *   L_i      = (2/κ) Σ softplus(−G), over the κ draws y of data row i,
 *
 * averaged over rows. log Z is in both terms and cancels, so f needs no partition and gets none. For symmetric noise
 * (y = x + ε·normal) the conditionals cancel as well: pass f(x) and f(y). A model that can't tell costs 2 log 2;
 * noise of deviation ε → 0 gives 2 log 2 + (ε²/2)·J + O(ε⁴), J the score matching loss.
 *
 * Data row i owns the rows κi … κi + κ − 1 of a flat `backward`; a `forward` of [n] counts for all κ of them.
 *
 * @param forward [n], or [n, κ] where p_c(y given x) differs between draws
 * @param backward [κn] or [n, κ]
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for shapes or dtypes that don't fit
 *
 * @example
 * ```ts
 * import { conditionalNceLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const f = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), -0.5)
 * const x = normal(key(1), [200, 2])
 * const y = tf.add(x, normal(key(2), [200, 2])) // each row disturbed once
 * conditionalNceLoss(f(x), f(y)).print()
 * ```
 */
export function conditionalNceLoss<R extends Reduction = 'mean'>(
  forward: tf.Tensor<tf.Rank.R1 | tf.Rank.R2>,
  backward: tf.Tensor<tf.Rank.R1 | tf.Rank.R2>,
  options: ConditionalNceOptions<R> = {},
): Reduced<R> {
  const where = 'conditionalNceLoss'
  const { reduction = 'mean' } = options
  const { n } = checkShape(where, { forward }, forward?.rank === 2 ? ['n', 'κ'] : ['n'])
  checkShape(where, { backward }, backward?.rank === 2 ? [n, 'κ'] : ['κn'])
  const draws = noisePerData(where, 'backward', n, backward.size)
  if (forward.rank === 2 && n > 0 && forward.size !== n * draws) {
    throw typeError(where, 'forward', `[${n}] or [${n}, ${draws}]`, described(forward))
  }
  return tf.tidy(() => {
    const first = tf.reshape(forward, [n, n === 0 ? draws : forward.size / n])
    const loss = softplus(tf.sub(tf.reshape(backward, [n, draws]), first))
    return reduce(where, tf.mul(tf.sum(loss, 1), 2 / draws), reduction)
  }) as Reduced<R>
}
