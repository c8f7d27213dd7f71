import { checkNumber, type View } from '@chiaro/core'
import { affineWarp } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import { centredTransform } from './centred-transform.ts'
import { rowDraws } from './row-draws.ts'

export interface RandomAffineOptions {
  /** Rotation, uniform in ±degrees. Default 0. */
  readonly degrees?: number
  /** Zoom: the logarithm of the size is uniform in ±zoom. Default 0. */
  readonly zoom?: number
  /** The logarithm of width over height is uniform in ±stretch. Default 0. */
  readonly stretch?: number
  /** Shift in each direction, uniform in ±translate, as a share of the picture's side. Default 0. */
  readonly translate?: number
  /** The value behind the picture's border, 0…1. Default 0. */
  readonly fill?: number
}

/**
 * A random rotation, zoom, stretch and shift about the picture's centre, bilinear. The view's pixel at offset p from
 * the centre (in pixels) shows the picture's at M·p + t with
 *
 *   M = R(θ) · diag(1/(s·√a), √a/s),   θ, log s, log a and t uniform, five draws a picture.
 *
 * @returns [batch, height, width, channels] → the same shape
 * @throws RangeError for a negative option
 */
export function randomAffine(options: RandomAffineOptions = {}): View {
  const { degrees = 0, zoom = 0, stretch = 0, translate = 0, fill = 0 } = options
  checkNumber('randomAffine', { degrees, zoom, stretch, translate }, { least: 0 })
  return (key, batch, part) => {
    const [count, height, width] = batch.shape
    const draws = rowDraws(foldIn(key, 0), count, 5, part)
    const transforms = new Float32Array(count * 6)
    for (let i = 0; i < count; i++) {
      const signed = (which: number) => 2 * draws[i * 5 + which] - 1
      const angle = (signed(0) * degrees * Math.PI) / 180
      const size = Math.exp(signed(1) * zoom)
      const aspect = Math.exp((signed(2) * stretch) / 2)
      const [a, b] = [Math.cos(angle) / (size * aspect), (-Math.sin(angle) * aspect) / size]
      const [c, d] = [Math.sin(angle) / (size * aspect), (Math.cos(angle) * aspect) / size]
      const shift = [signed(3) * translate * width, signed(4) * translate * height] as const
      transforms.set(centredTransform(height, width, [a, b, c, d], shift), i * 6)
    }
    return affineWarp(batch, transforms, { fill })
  }
}
