import { checkInteger, checkNumber, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import { checkPictures } from './check-pictures.ts'
import { erase } from './erase.ts'
import { rowDraws } from './row-draws.ts'

export interface CutoutOptions {
  /** Side of the square in pixels. The paper takes 16 of 32 for CIFAR-10, 8 for CIFAR-100. */
  readonly size: number
  /** What it is filled with, in every channel. Default 0. */
  readonly fill?: number
}

/**
 * One square a picture painted over (DeVries and Taylor 2017, "Improved regularization of convolutional neural networks
 * with cutout"): its centre is a pixel of the picture, all equally likely, so that the square may hang over the border,
 * which the paper found to matter. Two draws a picture.
 *
 * @returns [batch, height, width, channels] → the same shape
 * @throws RangeError unless size is a positive whole number and fill finite; TypeError for another rank
 */
export function cutout({ size, fill = 0 }: CutoutOptions): View {
  checkInteger('cutout', { size }, { least: 1 })
  checkNumber('cutout', { fill })
  return (key, batch, part) => {
    checkPictures('cutout', batch)
    const [count, height, width] = batch.shape
    const draws = rowDraws(foldIn(key, 0), count, 2, part)
    const before = Math.floor(size / 2)
    const boxes = Array.from({ length: count }, (_, i) => ({
      top: Math.floor(draws[2 * i] * height) - before,
      left: Math.floor(draws[2 * i + 1] * width) - before,
      height: size,
      width: size,
    }))
    return erase(batch, boxes, fill)
  }
}
