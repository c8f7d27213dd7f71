import { rangeError, typeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * Refuses what is no batch of pictures.
 *
 * @throws TypeError unless float32 [batch, height, width, channels]; RangeError for other channels than those named
 */
export function checkPictures(where: string, batch: tf.Tensor4D, channels?: readonly number[]): void {
  if (batch.rank !== 4 || batch.dtype !== 'float32') {
    const expected = 'float32 [batch, height, width, channels]'
    throw typeError(where, 'batch', expected, `${batch.dtype} [${batch.shape}]`)
  }
  if (channels && !channels.includes(batch.shape[3])) {
    throw rangeError(where, 'batch', `of ${channels.join(' or ')} channels`, `[${batch.shape}]`)
  }
}
