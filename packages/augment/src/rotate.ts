import { checkLength, checkNumber, type View } from '@chiaro/core'
import { affineWarp } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { centredTransform } from './centred-transform.ts'
import { checkPictures } from './check-pictures.ts'
import { rowDraws } from './row-draws.ts'

export interface RotateOptions {
  /** Default 'bilinear', which has no gradient on wasm; 'nearest' keeps labels of a mask whole. */
  readonly interpolation?: 'bilinear' | 'nearest'
  /** The value behind the picture's border. Default 0. */
  readonly fill?: number
}

/**
 * Each picture turned about its centre by an angle of its own, counter-clockwise, its size kept: the pixel at offset
 * (x, y) from the centre, y down, is the picture's at (x·cos θ − y·sin θ, x·sin θ + y·cos θ). Equals torchvision's
 * `rotate` of tensors without a fill. (With one, theirs darkens pixels on the border twice; here they are a mean of
 * picture and fill.)
 *
 * @param batch [batch, height, width, channels]
 * @param degrees the angle of each picture
 * @throws TypeError for another rank or number of angles; RangeError for an angle or fill that is not finite
 */
export function rotate(
  batch: tf.Tensor4D,
  degrees: ArrayLike<number>,
  options: RotateOptions = {},
): tf.Tensor4D {
  const { interpolation = 'bilinear', fill = 0 } = options
  checkPictures('rotate', batch)
  const [count, height, width] = batch.shape
  checkLength('rotate', { degrees }, { exactly: count, each: 'picture' })
  checkNumber('rotate', { degrees, fill })
  const transforms = new Float32Array(count * 6)
  for (let i = 0; i < count; i++) {
    const angle = (degrees[i] * Math.PI) / 180
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    transforms.set(centredTransform(height, width, [cos, -sin, sin, cos]), i * 6)
  }
  return interpolation === 'nearest'
    ? nearest(batch, transforms, fill)
    : affineWarp(batch, transforms, { fill })
}

/** Whole pixels gathered; one more row, of `fill`, is what lies behind the border. */
function nearest(batch: tf.Tensor4D, transforms: Float32Array, fill: number): tf.Tensor4D {
  const [count, height, width, channels] = batch.shape
  const pixels = count * height * width
  const from = new Int32Array(pixels).fill(pixels)
  for (let at = 0, i = 0; i < count; i++) {
    const [a, b, e, c, d, f] = transforms.subarray(i * 6, i * 6 + 6)
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++, at++) {
        const [column, row] = [Math.round(a * u + b * v + e), Math.round(c * u + d * v + f)]
        const inside = column >= 0 && column < width && row >= 0 && row < height
        if (inside) from[at] = (i * height + row) * width + column
      }
    }
  }
  return tf.tidy(() => {
    const rows = tf.concat2d([tf.reshape(batch, [pixels, channels]), tf.fill([1, channels], fill)], 0)
    return tf.reshape(tf.gather(rows, tf.tensor1d(from, 'int32')), batch.shape)
  })
}

export interface RandomRotationOptions extends RotateOptions {
  /** The angle is uniform in ±degrees. */
  readonly degrees: number
}

/**
 * `rotate` with an angle drawn for each picture, one draw each; 0 degrees draw nothing.
 *
 * @throws RangeError unless degrees is finite and not negative
 */
export function randomRotation({ degrees, ...options }: RandomRotationOptions): View {
  checkNumber('randomRotation', { degrees }, { least: 0 })
  if (degrees === 0) return (_, batch) => tf.clone(batch)
  return (key, batch, part) => {
    const draws = rowDraws(foldIn(key, 0), batch.shape[0], 1, part)
    const angles = Float64Array.from(draws, draw => (2 * draw - 1) * degrees)
    return rotate(batch, angles, options)
  }
}
