import { checkInteger, checkNumber, rangeError, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { resizedCrop } from './resized-crop.ts'
import { rowDraws } from './row-draws.ts'
import { type Size, sides } from './size.ts'

export interface RandomCropOptions {
  /** Side of the result, or its height and width. Default: the picture's. */
  readonly size?: Size
  /** Pixels put round the picture before it is cut. Default 4, as for CIFAR-10 (He et al. 2016). */
  readonly padding?: number
  /** Their value. Default 0. */
  readonly fill?: number
}

/**
 * A part of each padded picture in its own scale, every place equally likely: two draws a picture.
 *
 * @returns [batch, height, width, channels] → [batch, ...size, channels]
 * @throws RangeError unless padding is a whole number from 0, or for a size beyond the padded picture; TypeError for
 *   another rank
 */
export function randomCrop(options: RandomCropOptions = {}): View {
  const { padding = 4, fill = 0 } = options
  const size = options.size === undefined ? undefined : sides('randomCrop', options.size)
  checkInteger('randomCrop', { padding }, { least: 0 })
  checkNumber('randomCrop', { fill })
  return (key, batch, part) => {
    checkPictures('randomCrop', batch)
    const [count, height, width] = batch.shape
    const [high, wide] = size ?? [height, width]
    const [down, across] = [height + 2 * padding - high, width + 2 * padding - wide]
    if (!(high >= 1 && wide >= 1 && down >= 0 && across >= 0)) {
      const expected = `within ${height + 2 * padding}×${width + 2 * padding}`
      throw rangeError('randomCrop', 'size', expected, `${high}×${wide}`)
    }
    const draws = rowDraws(foldIn(key, 0), count, 2, part)
    const boxes = Array.from({ length: count }, (_, i) => ({
      top: Math.floor(draws[2 * i] * (down + 1)),
      left: Math.floor(draws[2 * i + 1] * (across + 1)),
      height: high,
      width: wide,
    }))
    return tf.tidy(() => {
      const around: [number, number] = [padding, padding]
      const padded = padding === 0 ? batch : tf.pad4d(batch, [[0, 0], around, around, [0, 0]], fill)
      return resizedCrop(padded, boxes, { size: [high, wide], antialias: false })
    })
  }
}
