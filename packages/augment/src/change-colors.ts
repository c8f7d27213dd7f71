import { ChangeColors, hasFastKernel, runFastKernel } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { brightness, type ColorChange, contrast, grey, hue, saturation } from './pixel-colors.ts'

/** The changes in the order of their numbers, as `ChangeColors` of @chiaro/ops has them. */
export const colorChanges: readonly ColorChange[] = [brightness, contrast, saturation, hue, grey]

/**
 * Each picture with its changes, one after the other: by the backend's kernel, or on the host.
 *
 * @param batch [count, height, width, 1 or 3]
 * @param changes places in `colorChanges`, `steps` for each picture; −1 for none
 * @param factors the factor of each
 */
export function changeColors(
  batch: tf.Tensor4D,
  changes: Int32Array,
  factors: Float32Array,
  steps: number,
): tf.Tensor4D {
  const [count, , , channels] = batch.shape
  if (hasFastKernel(ChangeColors) && batch.dtype === 'float32') {
    return tf.tidy(() => {
      const [which, by] = [
        tf.tensor2d(changes, [count, steps], 'int32'),
        tf.tensor2d(factors, [count, steps]),
      ]
      return runFastKernel(ChangeColors, { pictures: batch, changes: which, factors: by })[0] as tf.Tensor4D
    })
  }
  // A copy: on cpu these are the tensor's own values.
  const values = batch.dataSync<'float32'>().slice()
  const each = batch.size / Math.max(1, count)
  for (let at = 0; at < changes.length; at++) {
    const picture = Math.floor(at / steps)
    if (changes[at] < 0) continue
    const pixels = values.subarray(picture * each, (picture + 1) * each)
    colorChanges[changes[at]](pixels, channels, factors[at])
  }
  return tf.tensor4d(values, batch.shape)
}
