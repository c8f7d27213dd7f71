import { checkShape } from '@chiaro/core'
import { type SiglipLossOptions, siglipLoss } from '@chiaro/objectives'
import { l2Normalize } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Communicator } from './communicator.ts'
import { meanOverRanks } from './mean-over-ranks.ts'
import { ownFirst } from './own-first.ts'

export type SiglipOverRanksOptions = Omit<SiglipLossOptions, 'reduction' | 'negatives'>

/**
 * This rank's share of `siglipLoss` over the pairs of all ranks; the shares' sum is the loss. A rank has its own images
 * beside all texts: each of the N² pairs is looked at once. The gradients of tensors of scale and bias are shares too, to be
 * summed over ranks like any parameter's.
 *
 * @param image [n, d], of this rank; n may differ from rank to rank
 * @param text [n, d], row i the text of image i
 * @returns a scalar
 * @throws as `siglipLoss`; RangeError on every rank for one without pairs
 */
export function siglipLossOverRanks(
  image: tf.Tensor,
  text: tf.Tensor,
  communicator: Communicator,
  options: SiglipOverRanksOptions = {},
): tf.Scalar {
  const where = 'siglipLossOverRanks'
  const { normalize = true } = options
  checkShape(where, { image, text }, ['n', 'd'])
  const unit = (x: tf.Tensor) => (normalize ? l2Normalize(x) : x) as tf.Tensor2D
  return tf.tidy(() => {
    const { rows, counts } = ownFirst(where, 'text', unit(text), communicator)
    const [own, negatives] = tf.split(rows, [counts[0], rows.shape[0] - counts[0]])
    const losses = siglipLoss(unit(image), own, {
      ...options,
      negatives,
      normalize: false,
      reduction: 'none',
    })
    return meanOverRanks(losses, communicator)
  })
}
