import { checkOneOf, checkShape } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * Refuses what is no batch of pictures.
 *
 * @throws TypeError unless float32 [batch, height, width, channels]; RangeError for other channels than those named
 */
export function checkPictures(where: string, batch: tf.Tensor4D, allowed?: readonly number[]): void {
  const { channels } = checkShape(where, { batch }, ['batch', 'height', 'width', 'channels'])
  if (allowed !== undefined) checkOneOf(where, { 'channels of batch': channels }, allowed)
}
