import { checkInteger, checkLength, rangeError } from '@chiaro/core'
import { separableMaps } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { type Interpolation, writeResampling } from './resampling.ts'

/** A part of a picture, in pixels; its sides may lie between them. */
export interface Box {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

export interface ResizedCropOptions {
  /** Height and width of the result. */
  readonly size: readonly [height: number, width: number]
  /** Default 'bilinear'. */
  readonly interpolation?: Interpolation
  /** Whether the kernel is stretched where the result is smaller than the part. Default true. */
  readonly antialias?: boolean
  /** For each picture, whether its result is mirrored left to right. Default none is. */
  readonly mirrored?: readonly boolean[]
}

/**
 * A part of each picture, resampled to one size: out = R·x·Cᵀ for each channel, with the rows of R and C the weights
 * of pixels by the interpolation's kernel. Pixels that the part does not touch do not count. Boxes of whole pixels give
 * torchvision's `resized_crop` of tensors with antialias; without it torchvision takes another cubic (a = −¾).
 *
 * @param batch [batch, height, width, channels]
 * @param boxes one for each picture
 * @returns [batch, ...size, channels]
 * @throws TypeError for another number of boxes; RangeError for a box beyond its picture, or a size that is no positive
 *   integer
 *
 * @example
 * ```ts
 * import { resizedCrop } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const boxes = [{ top: 0, left: 4, height: 8, width: 8 }]
 * console.log(resizedCrop(uniform(key(1), [1, 16, 16, 3]), boxes, { size: [16, 16] }).shape)
 * ```
 */
export function resizedCrop(
  batch: tf.Tensor4D,
  boxes: readonly Box[],
  options: ResizedCropOptions,
): tf.Tensor4D {
  const { size, interpolation = 'bilinear', antialias = true, mirrored } = options
  checkPictures('resizedCrop', batch)
  const [count, height, width] = batch.shape
  checkInteger('resizedCrop', { size }, { least: 1 })
  checkBoxes(batch, boxes)
  const [high, wide] = size
  const rows = new Float32Array(count * high * height)
  const columns = new Float32Array(count * wide * width)
  boxes.forEach((box, i) => {
    const down = { width: height, start: box.top, length: box.height, size: high }
    const across = { width, start: box.left, length: box.width, size: wide }
    const ofPicture = (all: Float32Array, length: number) => all.subarray(i * length, (i + 1) * length)
    writeResampling(ofPicture(rows, high * height), down, interpolation, antialias)
    writeResampling(ofPicture(columns, wide * width), across, interpolation, antialias, mirrored?.[i])
  })
  return tf.tidy(() => {
    const R = tf.tensor3d(rows, [count, high, height])
    return separableMaps(batch, R, tf.tensor3d(columns, [count, wide, width]))
  })
}

/** In pixels. */
const slack = 1e-6

function checkBoxes(batch: tf.Tensor4D, boxes: readonly Box[]): void {
  const where = 'resizedCrop'
  const [count, height, width] = batch.shape
  checkLength(where, { boxes }, { exactly: count, each: 'picture' })
  boxes.forEach((box, i) => {
    const { top, left, height: high, width: wide } = box
    // Sums of sides that are no whole numbers may round to a hair beyond the picture.
    const inside = top >= 0 && left >= 0 && top + high <= height + slack && left + wide <= width + slack
    if (inside && high > 0 && wide > 0) return
    const expected = `within a picture of ${height}×${width}`
    throw rangeError(where, `boxes[${i}]`, expected, `${high}×${wide} at (${top}, ${left})`)
  })
}
