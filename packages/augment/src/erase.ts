import { checkLength } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import type { Box } from './resized-crop.ts'

/**
 * A rectangle of each picture painted over with `fill` in every channel. What hangs over the border is left out.
 * Equals torchvision's `erase`.
 *
 * @param batch [batch, height, width, channels]
 * @param boxes one for each picture, in whole pixels
 * @throws TypeError for another rank or number of boxes
 */
export function erase(batch: tf.Tensor4D, boxes: readonly Box[], fill = 0): tf.Tensor4D {
  checkPictures('erase', batch)
  const [count, height, width, channels] = batch.shape
  checkLength('erase', { boxes }, { exactly: count, each: 'picture' })
  const erased = new Uint8Array(batch.size)
  boxes.forEach((box, i) => {
    const [left, right] = [Math.max(0, box.left), Math.min(width, box.left + box.width)]
    for (
      let row = Math.max(0, box.top);
      row < Math.min(height, box.top + box.height) && left < right;
      row++
    ) {
      const line = (i * height + row) * width
      erased.fill(1, (line + left) * channels, (line + right) * channels)
    }
  })
  return tf.tidy(() => tf.where(tf.tensor4d(erased, batch.shape, 'bool'), tf.fill(batch.shape, fill), batch))
}
