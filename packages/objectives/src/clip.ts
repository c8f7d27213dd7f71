import { checkShape, described, typeError } from '@chiaro/core'
import { pairedLogSumExp, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { prepared } from './prepared.ts'
import { meanOf } from './reduction.ts'
import { logitScaleOf, type ScaleOptions } from './scale.ts'

/** The scale is 1/0.07, where CLIP starts, unless given. */
export interface ClipLossOptions extends ScaleOptions {
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
}

/**
 * CLIP's loss in nats: the mean over n pairs and both directions of the cross-entropy of the right partner among all
 * n, with logits z_ij = s·image_i·text_j (Radford et al. 2021; docs/notes.md eq. 1.20, as a mean):
 *
 *   L = 1/2n Σ_i [ log Σ_j exp(z_ij − z_ii) + log Σ_j exp(z_ji − z_ii) ].
 *
 * Computed as softplus of the log-sum-exp over the wrong partners, so that a tiny loss keeps its digits. Logits are
 * never stored beyond a tile. log n when all logits are equal; 0 for n = 1.
 *
 * @param image [n, d]; row i belongs to text row i
 * @param text [n, d]
 * @returns a scalar
 * @throws TypeError for other shapes (where the counts differ it points to `infoNceLoss`), for temperature beside
 *   logitScale; RangeError for a temperature that is not positive and finite, a logit scale that is not finite
 *
 * @example
 * ```ts
 * import { clipLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const [images, texts] = [1, 2].map(seed => normal(key(seed), [8, 16]))
 * const logitScale = tf.scalar(1 / 0.07)
 * clipLoss(images, texts, { logitScale }).print()
 * tf.grad(scale => clipLoss(images, texts, { logitScale: scale }))(logitScale).print()
 * ```
 */
export function clipLoss(image: tf.Tensor, text: tf.Tensor, options: ClipLossOptions = {}): tf.Scalar {
  const where = 'clipLoss'
  const { normalize = true } = options
  const scale = logitScaleOf(where, options, 1 / 0.07)
  const { n, d } = checkShape(where, { image }, ['n', 'd'])
  const { m } = checkShape(where, { text }, ['m', d])
  if (m !== n) {
    const expected = `float32 [${n}, ${d}], as image (infoNceLoss takes as many keys as there are)`
    throw typeError(where, 'text', expected, described(text))
  }
  return tf.tidy(() => {
    const [images, texts] = [prepared(image, normalize), prepared(text, normalize)]
    const { rows, columns } = pairedLogSumExp(images, texts, { scale })
    return meanOf(tf.mul(tf.add(softplus(rows), softplus(columns)), 0.5))
  }) as tf.Scalar
}
