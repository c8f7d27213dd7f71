import { type Bounds, checkLength, checkNumber } from '@chiaro/core'
import { ColorChange, changeColors } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'

/**
 * Brightness: x' = f·x, cut to 0…1; f = 1 changes nothing. Equals torchvision's `adjust_brightness` of float tensors.
 * This and the next three read the pictures on the host and have no gradient.
 *
 * @param batch [batch, height, width, 1 or 3], 0…1
 * @param factors f of each picture, not negative
 * @throws TypeError for another rank or number of factors; RangeError for other channels or a negative factor
 */
export function adjustBrightness(batch: tf.Tensor4D, factors: ArrayLike<number>): tf.Tensor4D {
  return adjusted('adjustBrightness', batch, factors, ColorChange.brightness, { least: 0 })
}

/**
 * Contrast: x' = f·x + (1 − f)·m, cut to 0…1, with m the mean luma of the picture (0.2989 red, 0.587 green, 0.114
 * blue); f = 1 changes nothing. Equals torchvision's `adjust_contrast`. Parameters and errors of `adjustBrightness`.
 */
export function adjustContrast(batch: tf.Tensor4D, factors: ArrayLike<number>): tf.Tensor4D {
  return adjusted('adjustContrast', batch, factors, ColorChange.contrast, { least: 0 })
}

/**
 * Saturation: x' = f·x + (1 − f)·luma of the pixel, cut to 0…1; f = 0 is grey, 1 changes nothing. Pictures of one
 * channel stay as they are. Equals torchvision's `adjust_saturation`. Parameters and errors of `adjustBrightness`.
 */
export function adjustSaturation(batch: tf.Tensor4D, factors: ArrayLike<number>): tf.Tensor4D {
  return adjusted('adjustSaturation', batch, factors, ColorChange.saturation, { least: 0 })
}

/**
 * Hue: moved by f turns round HSV's circle, value and saturation kept; −½ and ½ give the opposite colours, 0 changes
 * nothing. Pictures of one channel stay as they are. Equals torchvision's `adjust_hue`.
 *
 * @param factors f of each picture, −½…½
 * @throws as `adjustBrightness`
 */
export function adjustHue(batch: tf.Tensor4D, factors: ArrayLike<number>): tf.Tensor4D {
  return adjusted('adjustHue', batch, factors, ColorChange.hue, { least: -0.5, most: 0.5 })
}

function adjusted(
  where: string,
  batch: tf.Tensor4D,
  factors: ArrayLike<number>,
  change: number,
  bounds: Bounds,
): tf.Tensor4D {
  checkPictures(where, batch, [1, 3])
  checkLength(where, { factors }, { exactly: batch.shape[0], each: 'picture' })
  checkNumber(where, { factors }, bounds)
  const changes = new Int32Array(factors.length).fill(change)
  return changeColors(batch, changes, Float32Array.from(factors), 1)
}
