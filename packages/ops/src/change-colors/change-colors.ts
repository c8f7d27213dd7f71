import * as tf from '@tensorflow/tfjs-core'
import { fastOr } from '../differentiable-op.ts'
import { brightness, type Change, contrast, grey, hue, saturation } from './pixel-colors.ts'

/** The op name under which a kernel is registered with `registerFastKernel`. */
export const ChangeColors = 'ChangeColors'

/**
 * Op "ChangeColors" makes [y] of the pictures' shape: each picture with its changes one after the other, each cut to
 * 0…1:
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

/** The changes' numbers. */
export const ColorChange = { brightness: 0, contrast: 1, saturation: 2, hue: 3, grey: 4 } as const

/** By number. */
const byNumber: readonly Change[] = [brightness, contrast, saturation, hue, grey]

/**
 * Each picture with its changes, one after the other: by the backend's kernel, or on the host. It has no gradient.
 *
 * @param pictures [n, height, width, 1 or 3] float32
 * @param changes numbers of `ColorChange`, `steps` for each picture; −1 for none
 * @param factors the factor of each
 */
export function changeColors(
  pictures: tf.Tensor4D,
  changes: Int32Array,
  factors: Float32Array,
  steps: number,
): tf.Tensor4D {
  const [count, , , channels] = pictures.shape
  const inputs = () => ({
    pictures,
    changes: tf.tensor2d(changes, [count, steps], 'int32'),
    factors: tf.tensor2d(factors, [count, steps]),
  })
  const composed = () => {
    // A copy: on cpu these are the tensor's own values.
    const values = pictures.dataSync<'float32'>().slice()
    const each = pictures.size / Math.max(1, count)
    for (let at = 0; at < changes.length; at++) {
      const picture = Math.floor(at / steps)
      if (changes[at] < 0) continue
      const pixels = values.subarray(picture * each, (picture + 1) * each)
      byNumber[changes[at]](pixels, channels, factors[at])
    }
    return [tf.tensor4d(values, pictures.shape)]
  }
  const fits = pictures.dtype === 'float32'
  return tf.tidy(() => fastOr(ChangeColors, inputs, {}, composed, { fits })[0] as tf.Tensor4D)
}
