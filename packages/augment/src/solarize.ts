import { checkNumber, type View } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { withProbability } from './compose.ts'

/**
 * Values at or above the threshold turned round: 1 − x there, x elsewhere, as torchvision's `solarize`.
 *
 * @param batch [batch, height, width, channels], 0…1
 */
export function solarize(batch: tf.Tensor4D, threshold: number): tf.Tensor4D {
  return tf.tidy(() => tf.where(tf.greaterEqual(batch, threshold), tf.sub(1, batch), batch)) as tf.Tensor4D
}

/**
 * `solarize` for a share of the pictures, as in BYOL (Grill et al. 2020, appendix B: one of two views, 0.2).
 *
 * @throws RangeError for a threshold that is no number, or a probability outside 0…1
 */
export function randomSolarize(probability = 0.2, threshold = 0.5): View {
  checkNumber('randomSolarize', { threshold })
  return withProbability(probability, (_, batch) => solarize(batch, threshold))
}
