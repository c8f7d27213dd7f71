import type { View } from '@chiaro/core'
import { ColorChange, changeColors, gradientDepth, luma } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { withProbability } from './compose.ts'
import { rowDraws } from './row-draws.ts'

/**
 * Pictures without their colours: every channel becomes 0.2989·red + 0.587·green + 0.114·blue, as torchvision's
 * `to_grayscale` has it (the weights' sum is 0.9999). Pictures of one channel stay as they are.
 *
 * @param batch [batch, height, width, 1 or 3]
 * @throws TypeError for another rank, RangeError for other channels
 */
export function greyscale(batch: tf.Tensor4D): tf.Tensor4D {
  checkPictures('greyscale', batch, [1, 3])
  if (batch.shape[3] === 1) return tf.clone(batch)
  if (gradientDepth() === 0) return greyWhere(batch, () => true)
  return tf.tidy(() => {
    // Pixels stand in rows: three equal columns give all channels the same sum.
    const toGrey = tf.tensor2d(luma.map(share => [share, share, share]))
    return tf.reshape(tf.matMul(tf.reshape(batch, [batch.size / 3, 3]), toGrey), batch.shape)
  })
}

/** Those pictures grey, in one pass; it has no gradient. */
function greyWhere(batch: tf.Tensor4D, chosen: (picture: number) => boolean): tf.Tensor4D {
  const changes = Int32Array.from({ length: batch.shape[0] }, (_, i) => (chosen(i) ? ColorChange.grey : -1))
  return changeColors(batch, changes, new Float32Array(changes.length), 1)
}

/**
 * `greyscale` for each picture with the given probability. Probability 0 draws nothing, and nor do pictures of one
 * channel.
 *
 * @param probability default 0.2, as SimCLR's (Chen et al. 2020, appendix A)
 * @returns [batch, height, width, 1 or 3] → the same shape
 * @throws RangeError unless 0 ≤ probability ≤ 1, or for other channels; TypeError for another rank
 */
export function randomGreyscale(probability = 0.2): View {
  const view = withProbability(probability, (_, batch) => greyscale(batch))
  return (key, batch, part) => {
    checkPictures('randomGreyscale', batch, [1, 3])
    if (batch.shape[3] === 1) return tf.clone(batch)
    if (probability === 0 || gradientDepth() > 0) return view(key, batch, part)
    // The draws of `withProbability`.
    const draws = rowDraws(foldIn(key, 0), batch.shape[0], 1, part)
    return greyWhere(batch, i => draws[i] < probability)
  }
}
