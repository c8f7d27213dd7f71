import { l2Normalize, softplus, typeError } from '@chiaro/core'
import { pairwiseLogSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

export interface ClipLossOptions {
  /** s, the multiplier of cosines (not its logarithm): a number, or a scalar tensor, which then gets a gradient. */
  readonly logitScale: number | tf.Scalar
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
}

/**
 * CLIP's loss in nats: the mean over n pairs and both directions of the cross-entropy of the right partner among all
 * n, with logits z_ij = s·image_i·text_j (Radford et al. 2021; notes eq. 1.20, as a mean):
 *
 *   L = 1/2n Σ_i [ log Σ_j exp(z_ij − z_ii) + log Σ_j exp(z_ji − z_ii) ].
 *
 * Computed as softplus of the log-sum-exp over the wrong partners, so that a tiny loss keeps its digits. Logits are
 * never stored beyond a tile. log n when all logits are equal; 0 for n = 1.
 *
 * @param image [n, d]; row i belongs to text row i
 * @param text [n, d]
 * @returns a scalar
 * @throws TypeError for other shapes; where the counts differ it points to `infoNceLoss`
 */
export function clipLoss(image: tf.Tensor2D, text: tf.Tensor2D, options: ClipLossOptions): tf.Scalar {
  const { logitScale, normalize = true } = options
  for (const [name, tensor] of Object.entries({ image, text })) {
    if (tensor.rank !== 2) throw typeError('clipLoss', name, '[n, d]', `[${tensor.shape}]`)
  }
  if (!tf.util.arraysEqual(image.shape, text.shape)) {
    const hint = "image's shape; infoNceLoss takes more keys than queries"
    throw typeError('clipLoss', 'text', `[${image.shape}], ${hint}`, `[${text.shape}]`)
  }
  return tf.tidy(() => {
    const [queries, keys] = normalize ? [l2Normalize(image), l2Normalize(text)] : [image, text]
    const positive = tf.mul(tf.sum(tf.mul(queries, keys), 1), logitScale) as tf.Tensor1D
    const { rows, columns } = pairwiseLogSumExp(queries as tf.Tensor2D, keys as tf.Tensor2D, {
      scale: logitScale,
      mask: { excludeSelf: true },
      rowOffset: positive,
      columnOffset: positive,
      columns: true,
    })
    return tf.mul(tf.mean(tf.add(softplus(rows), softplus(columns))), 0.5) as tf.Scalar
  })
}
