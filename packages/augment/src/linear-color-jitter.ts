import { checkNumber, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { rowDraws } from './row-draws.ts'

export interface LinearColorJitterOptions {
  /** Added to every channel, uniform in ±brightness. Default 0. */
  readonly brightness?: number
  /** The logarithm of the contrast about 0.5 is uniform in ±contrast. Default 0. */
  readonly contrast?: number
  /** The logarithm of the saturation is uniform in ±saturation. Default 0. */
  readonly saturation?: number
  /** Rotation of the hue, uniform in ±hue half turns. Default 0. */
  readonly hue?: number
}

/** RGB to luma and two chroma axes (NTSC's YIQ), rows; in this plane saturation is a length and hue an angle. */
const toChroma = [
  [0.299, 0.587, 0.114],
  [0.596, -0.274, -0.322],
  [0.211, -0.523, 0.312],
]
const fromChroma = inverse3(toChroma)

/**
 * Brightness, contrast, saturation and hue, one linear map of colours a picture:
 *
 *   x' = c·(T⁻¹·diag(1, s·R(h))·T·x − ½) + ½ + b,   T: RGB → YIQ, R a rotation of the chroma plane,
 *
 * with b, log c, log s and h uniform, four draws a picture. Values may leave 0…1. Greys stay grey. Cheaper than
 * `colorJitter` on a GPU and differentiable, but not what torchvision and the papers do.
 *
 * @returns [batch, height, width, 3] → the same shape
 * @throws RangeError for a negative option, or pictures without three channels
 */
export function linearColorJitter(options: LinearColorJitterOptions = {}): View {
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = options
  checkNumber('linearColorJitter', { brightness, contrast, saturation, hue }, { least: 0 })
  return (key, batch, part) => {
    checkPictures('linearColorJitter', batch, [3])
    const [count, height, width] = batch.shape
    const draws = rowDraws(foldIn(key, 0), count, 4, part)
    const matrices = new Float32Array(count * 9)
    const offsets = new Float32Array(count)
    for (let i = 0; i < count; i++) {
      const signed = (which: number) => 2 * draws[i * 4 + which] - 1
      const gain = Math.exp(signed(1) * contrast)
      offsets[i] = 0.5 - 0.5 * gain + signed(0) * brightness
      matrices.set(colorMatrix(gain, Math.exp(signed(2) * saturation), signed(3) * hue * Math.PI), i * 9)
    }
    return tf.tidy(() => {
      const pixels = tf.reshape(batch, [count, height * width, 3])
      const mixed = tf.matMul(pixels, tf.tensor3d(matrices, [count, 3, 3]))
      return tf.reshape(tf.add(mixed, tf.tensor3d(offsets, [count, 1, 1])), batch.shape) as tf.Tensor4D
    })
  }
}

/** gain·T⁻¹·diag(1, saturation·R(angle))·T transposed, row-major, for pixels that stand in rows. */
function colorMatrix(gain: number, saturation: number, angle: number): number[] {
  const [cos, sin] = [saturation * Math.cos(angle), saturation * Math.sin(angle)]
  const turn = [
    [1, 0, 0],
    [0, cos, -sin],
    [0, sin, cos],
  ]
  const map = multiply3(fromChroma, multiply3(turn, toChroma))
  return [0, 1, 2].flatMap(column => [0, 1, 2].map(row => gain * map[row][column]))
}

type Matrix3 = readonly (readonly number[])[]

function multiply3(a: Matrix3, b: Matrix3): number[][] {
  return a.map(row => [0, 1, 2].map(j => row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j]))
}

/** By cofactors. */
function inverse3(m: Matrix3): number[][] {
  const cofactor = (i: number, j: number) => {
    const [r, s] = [(i + 1) % 3, (i + 2) % 3]
    const [u, v] = [(j + 1) % 3, (j + 2) % 3]
    return m[r][u] * m[s][v] - m[r][v] * m[s][u]
  }
  const determinant = [0, 1, 2].reduce((sum, j) => sum + m[0][j] * cofactor(0, j), 0)
  return [0, 1, 2].map(i => [0, 1, 2].map(j => cofactor(j, i) / determinant))
}
