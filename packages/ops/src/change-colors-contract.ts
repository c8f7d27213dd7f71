import type * as tf from '@tensorflow/tfjs-core'

/** The op name under which a kernel is registered with `registerFastKernel`. */
export const ChangeColors = 'ChangeColors'

/**
 * Op "ChangeColors" makes [y] of the pictures' shape: each picture with its changes one after the other, as the functions
 * of @chiaro/augment define them, each cut to 0…1:
 *
 *   0 brightness   x' = f·x
 *   1 contrast     x' = f·x + (1 − f)·m, m the picture's mean luma
 *   2 saturation   x' = f·x + (1 − f)·luma of the pixel
 *   3 hue          HSV's hue moved by f turns
 *   4 greyscale    x' = luma of the pixel in every channel, not cut
 *
 * with luma = 0.2989 red + 0.587 green + 0.114 blue, or the one channel, which 2, 3 and 4 leave as it is. Results within
 * 2e-6 of the composed ones.
 */
export interface ChangeColorsInputs {
  /** [n, height, width, 1 or 3] float32. */
  readonly pictures: tf.TensorInfo
  /** [n, k] int32: which changes, in order; −1 for none. */
  readonly changes: tf.TensorInfo
  /** [n, k] float32: f of each. */
  readonly factors: tf.TensorInfo
}
