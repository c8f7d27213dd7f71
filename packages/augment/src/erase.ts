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
  checkLength('erase', { boxes }, { exactly: batch.shape[0], each: 'picture' })
  return tf.tidy(() => tf.where(insideBoxes(batch.shape, boxes), tf.fill(batch.shape, fill), batch))
}

/** bool [batch, height, width, channels]: which values lie in their picture's box. */
export function insideBoxes(
  shape: readonly [number, number, number, number],
  boxes: readonly Box[],
): tf.Tensor4D {
  const [count, height, width, channels] = shape
  const inside = new Uint8Array(count * height * width * channels)
  boxes.forEach((box, i) => {
    const [left, right] = [Math.max(0, box.left), Math.min(width, box.left + box.width)]
    for (
      let row = Math.max(0, box.top);
      row < Math.min(height, box.top + box.height) && left < right;
      row++
    ) {
      const line = (i * height + row) * width
      inside.fill(1, (line + left) * channels, (line + right) * channels)
    }
  })
  return tf.tensor4d(inside, [...shape], 'bool')
}
