import { checkLength, checkNumber, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { fastOr } from './differentiable-op.ts'

/** The op name under which a kernel is registered with `registerFastKernel`. */
export const AffineWarp = 'AffineWarp'

/** Op "AffineWarp" makes a tensor of x's shape by the equation of `affineWarp`. */
export interface AffineWarpInputs {
  /** [batch, height, width, channels] float32 */
  readonly x: tf.TensorInfo
  /** [batch, 6] float32 */
  readonly transforms: tf.TensorInfo
}

export interface AffineWarpAttributes {
  readonly fill: number
}

/**
 * Affine warps, one a picture, bilinear. The result's pixel in column u and row v is the picture's at
 *
 *   column a·u + b·v + e,  row c·u + d·v + f,
 *
 * interpolated between the four pixels around it; pixels beyond the border have the value `fill`. (tfjs's own
 * `image.transform` reads wrong pictures of a batch on cpu.)
 *
 * Without a fast kernel, indices and weights are computed on the host: 32 bytes a pixel. No gradient on backends with
 * one: differentiating throws.
 *
 * @param x [batch, height, width, channels] float32
 * @param transforms (a, b, e, c, d, f) of each picture, batch · 6 numbers
 * @param options.fill default 0
 * @throws TypeError for another shape or number of transforms; RangeError for a number that is not finite
 */
export function affineWarp(
  x: tf.Tensor4D,
  transforms: Float32Array,
  { fill = 0 }: { readonly fill?: number } = {},
): tf.Tensor4D {
  const { count } = checkShape('affineWarp', { x }, ['count', 'height', 'width', 'channels'])
  checkLength('affineWarp', { transforms }, { exactly: count * 6 })
  checkNumber('affineWarp', { transforms, fill })
  return tf.tidy(() => {
    const inputs = () => ({ x, transforms: tf.tensor2d(transforms, [count, 6]) })
    return fastOr(AffineWarp, inputs, { fill }, () => [composed(x, transforms, fill)])[0] as tf.Tensor4D
  })
}

function composed(x: tf.Tensor4D, transforms: Float32Array, fill: number): tf.Tensor4D {
  const [count, height, width, channels] = x.shape
  const pixels = count * height * width
  // One more row, of `fill`, is what lies beyond the border.
  const rows = tf.concat2d([tf.reshape(x, [pixels, channels]), tf.fill([1, channels], fill)], 0)
  const corners = [0, 1, 2, 3].map(() => ({
    indices: new Int32Array(pixels),
    weights: new Float32Array(pixels),
  }))
  for (let i = 0; i < count; i++) {
    const [a, b, e, c, d, f] = transforms.subarray(i * 6, i * 6 + 6)
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        const column = a * u + b * v + e
        const row = c * u + d * v + f
        const left = Math.floor(column)
        const top = Math.floor(row)
        const at = (i * height + v) * width + u
        for (let corner = 0; corner < 4; corner++) {
          const [dx, dy] = [corner & 1, corner >> 1]
          const [px, py] = [left + dx, top + dy]
          const inside = px >= 0 && px < width && py >= 0 && py < height
          corners[corner].indices[at] = inside ? (i * height + py) * width + px : pixels
          corners[corner].weights[at] =
            (dx === 1 ? column - left : left + 1 - column) * (dy === 1 ? row - top : top + 1 - row)
        }
      }
    }
  }
  const parts = corners.map(({ indices, weights }) =>
    tf.mul(tf.gather(rows, tf.tensor1d(indices, 'int32')), tf.tensor2d(weights, [pixels, 1])),
  )
  return tf.reshape(tf.addN(parts), x.shape)
}
