import { checkNumber, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import { checkPictures } from './check-pictures.ts'
import { checkRange } from './check-range.ts'
import { withProbability } from './compose.ts'
import { erase } from './erase.ts'
import { rowDraws } from './row-draws.ts'

export interface RandomErasingOptions {
  /** How often a picture loses a rectangle. Default 0.5. */
  readonly probability?: number
  /** The rectangle's share of the picture, uniform between these, in 0…1. Default [0.02, 0.33]. */
  readonly area?: readonly [minimum: number, maximum: number]
  /** Its height over its width; the logarithm is uniform between these. Default [0.3, 1/0.3]. */
  readonly aspect?: readonly [minimum: number, maximum: number]
  /** What it is filled with, in every channel. Default 0. */
  readonly fill?: number
}

/**
 * One rectangle a picture painted over (random erasing; Zhong et al. 2020). With share s and aspect r drawn for the
 * picture, the rectangle has
 *
 *   height = round(√(s·H·W·r)),  width = round(√(s·H·W/r)),  each clipped to 1…H and 1…W,
 *
 * and its top and left are uniform over the places where it fits: four draws a picture. Equal bounds of `area` and
 * aspect [1, 1] make it a square of fixed size, wholly inside the picture (`cutout`'s may hang over the border).
 *
 * Differs from the paper: a rectangle that does not fit is clipped, not drawn again, so that a picture's draws do not
 * depend on their values; the aspect is uniform in its logarithm, so that tall and wide are equally likely.
 *
 * @returns [batch, height, width, channels] → the same shape
 * @throws RangeError for bounds out of order, a share outside 0…1, an aspect not above 0, or a probability outside 0…1
 *
 * @example
 * ```ts
 * import { randomErasing } from '@chiaro/augment'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const view = randomErasing({ probability: 1, area: [0.1, 0.2] })
 * tf.mean(view(key(1), tf.ones([1, 16, 16, 1]))).print() // 0.8 to 0.9 is left
 * ```
 */
export function randomErasing(options: RandomErasingOptions = {}): View {
  const { probability = 0.5, area = [0.02, 0.33], aspect = [0.3, 1 / 0.3], fill = 0 } = options
  checkRange('randomErasing', { area }, { least: 0, most: 1 })
  checkRange('randomErasing', { aspect }, { above: 0 })
  checkNumber('randomErasing', { fill })
  return withProbability(probability, (key, batch, part) => {
    checkPictures('randomErasing', batch)
    const [count, height, width] = batch.shape
    const draws = rowDraws(foldIn(key, 0), count, 4, part)
    const boxes = Array.from({ length: count }, (_, i) => {
      const [share, shape, down, across] = draws.subarray(i * 4, i * 4 + 4)
      const pixels = (area[0] + share * (area[1] - area[0])) * height * width
      const ratio = aspect[0] * (aspect[1] / aspect[0]) ** shape
      const tall = Math.min(height, Math.max(1, Math.round(Math.sqrt(pixels * ratio))))
      const wide = Math.min(width, Math.max(1, Math.round(Math.sqrt(pixels / ratio))))
      const top = Math.floor(down * (height - tall + 1))
      const left = Math.floor(across * (width - wide + 1))
      return { top, left, height: tall, width: wide }
    })
    return erase(batch, boxes, fill)
  })
}
