import { checkNumber, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import { checkRange } from './check-range.ts'
import type { Interpolation } from './resampling.ts'
import { type Box, resizedCrop } from './resized-crop.ts'
import { rowDraws } from './row-draws.ts'
import { type Size, sides } from './size.ts'

export interface RandomResizedCropOptions {
  /** Side of the result, or its height and width. Default: the picture's. */
  readonly size?: Size
  /** The part's share of the picture's area, uniform between these. Default [0.08, 1]. */
  readonly scale?: readonly [least: number, most: number]
  /** Width over height of the part; its logarithm is uniform between these. Default [3/4, 4/3]. */
  readonly ratio?: readonly [least: number, most: number]
  /** Default 'bilinear'. */
  readonly interpolation?: Interpolation
  /** Default true. */
  readonly antialias?: boolean
  /**
   * Whether the part's sides may lie between pixels, as where views are warps of the plane: then one draw of area and
   * shape is enough, a side longer than the picture is cut to it. Small pictures gain by it (a 28×28 picture has few
   * whole parts). Default false: whole pixels, as in Inception's crop.
   */
  readonly subpixel?: boolean
  /** The probability that a picture is mirrored left to right, at no cost. Default 0. */
  readonly flip?: number
}

/** Tries before the middle of the picture is taken, as in Inception's crop. */
const tries = 10

/**
 * A random part of each picture, resized (Szegedy et al. 2015, "Going deeper with convolutions"; the first view of
 * SimCLR, Chen et al. 2020, appendix A). Area and shape of the part are drawn until it fits, at most ten times, then it
 * is the largest part in the middle whose shape is allowed; its place is uniform. 23 draws a picture.
 *
 * @returns [batch, height, width, channels] → [batch, ...size, channels]
 * @throws RangeError unless 0 < scale ≤ 1, ratio > 0 and 0 ≤ flip ≤ 1, each range from low to high
 *
 * @example
 * ```ts
 * import { randomResizedCrop } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const view = randomResizedCrop({ size: [24, 24], scale: [0.2, 1], flip: 0.5 })
 * console.log(view(key(1), uniform(key(2), [4, 32, 32, 3])).shape) // [4, 24, 24, 3]
 * ```
 */
export function randomResizedCrop(options: RandomResizedCropOptions = {}): View {
  const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3], interpolation, antialias, flip = 0 } = options
  const drawBox = options.subpixel ? drawRealBox : drawWholeBox
  const where = 'randomResizedCrop'
  const size = options.size === undefined ? undefined : sides(where, options.size)
  checkRange(where, { scale }, { above: 0, most: 1 })
  checkRange(where, { ratio }, { above: 0 })
  checkNumber(where, { flip }, { least: 0, most: 1 })
  return (key, batch, part) => {
    const [count, height, width] = batch.shape
    const each = 2 * tries + 3
    const draws = rowDraws(foldIn(key, 0), count, each, part)
    const boxes = Array.from({ length: count }, (_, i) =>
      drawBox(draws.subarray(i * each, (i + 1) * each), height, width, scale, ratio),
    )
    const mirrored = boxes.map((_, i) => draws[(i + 1) * each - 1] < flip)
    return resizedCrop(batch, boxes, { size: size ?? [height, width], interpolation, antialias, mirrored })
  }
}

type Range = readonly [least: number, most: number]

function areaAndShape(draws: Float32Array, whole: number, scale: Range, ratio: Range): [number, number] {
  const [low, high] = ratio.map(Math.log)
  const area = whole * (scale[0] + draws[0] * (scale[1] - scale[0]))
  return [area, Math.exp(low + draws[1] * (high - low))]
}

function drawRealBox(draws: Float32Array, height: number, width: number, scale: Range, ratio: Range): Box {
  const [area, shape] = areaAndShape(draws, height * width, scale, ratio)
  const [w, h] = [Math.min(width, Math.sqrt(area * shape)), Math.min(height, Math.sqrt(area / shape))]
  const [down, across] = draws.subarray(2 * tries)
  return { top: down * (height - h), left: across * (width - w), height: h, width: w }
}

function drawWholeBox(draws: Float32Array, height: number, width: number, scale: Range, ratio: Range): Box {
  const placed = (h: number, w: number): Box => ({
    top: Math.floor(draws[2 * tries] * (height - h + 1)),
    left: Math.floor(draws[2 * tries + 1] * (width - w + 1)),
    height: h,
    width: w,
  })
  for (let attempt = 0; attempt < tries; attempt++) {
    const [area, shape] = areaAndShape(draws.subarray(2 * attempt), height * width, scale, ratio)
    const [w, h] = [Math.sqrt(area * shape), Math.sqrt(area / shape)].map(Math.round)
    if (w > 0 && h > 0 && w <= width && h <= height) return placed(h, w)
  }
  const shape = Math.min(Math.max(width / height, ratio[0]), ratio[1])
  const w = Math.max(1, Math.min(width, Math.round(height * shape)))
  const h = Math.max(1, Math.min(height, Math.round(width / shape)))
  return { top: Math.floor((height - h) / 2), left: Math.floor((width - w) / 2), height: h, width: w }
}
