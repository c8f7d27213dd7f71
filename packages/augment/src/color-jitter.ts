import { checkNumber, type View } from '@chiaro/core'
import { changeColors } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { rowDraws } from './row-draws.ts'

export interface ColorJitterOptions {
  /** b: the factor of `adjustBrightness` is uniform in max(0, 1 − b)…1 + b. Default 0. */
  readonly brightness?: number
  /** c: the factor of `adjustContrast` is uniform in max(0, 1 − c)…1 + c. Default 0. */
  readonly contrast?: number
  /** s: the factor of `adjustSaturation` is uniform in max(0, 1 − s)…1 + s. Default 0. */
  readonly saturation?: number
  /** h ≤ ½: the turn of `adjustHue` is uniform in ±h. Default 0. */
  readonly hue?: number
  /** The share of the pictures that are changed. Default 1; 0 draws nothing. */
  readonly probability?: number
}

const steps = 4
const drawsEach = steps + 2

/**
 * Brightness, contrast, saturation and hue as torchvision's `ColorJitter` (and SimCLR's, Chen et al. 2020, appendix A):
 * factors and the order of the four are drawn for each picture, where torchvision draws them once a call. A change
 * whose option is 0 is left out, and so are saturation and hue where there is one channel. Results lie in 0…1. Six
 * draws a picture.
 *
 * @returns [batch, height, width, 1 or 3] → the same shape; no gradient (`linearColorJitter` has one)
 * @throws RangeError for a negative option, hue above ½, a probability outside 0…1, or other channels; TypeError for
 *   another rank
 *
 * @example
 * ```ts
 * import { colorJitter } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const pictures = uniform(key(1), [4, 16, 16, 3])
 * const view = colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })
 * console.log(view(key(2), pictures).shape) // drawn for each picture, in an order of its own
 * ```
 */
export function colorJitter(options: ColorJitterOptions = {}): View {
  const where = 'colorJitter'
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0, probability = 1 } = options
  checkNumber(where, { brightness, contrast, saturation }, { least: 0 })
  checkNumber(where, { hue }, { least: 0, most: 0.5 })
  checkNumber(where, { probability }, { least: 0, most: 1 })
  const widths = [brightness, contrast, saturation, hue]
  const still = probability === 0 || widths.every(width => width === 0)
  return (key, batch, part) => {
    checkPictures(where, batch, [1, 3])
    if (still) return tf.clone(batch)
    const count = batch.shape[0]
    const draws = rowDraws(foldIn(key, 0), count, drawsEach, part)
    const changes = new Int32Array(count * steps).fill(-1)
    const factors = new Float32Array(count * steps)
    for (let i = 0; i < count; i++) {
      const [chosen, order, ...places] = draws.subarray(i * drawsEach, (i + 1) * drawsEach)
      if (chosen >= probability) continue
      orders[Math.floor(order * orders.length)].forEach((which, step) => {
        const width = widths[which]
        if (width === 0) return
        const low = which === 3 ? -width : Math.max(0, 1 - width)
        const high = which === 3 ? width : 1 + width
        changes[i * steps + step] = which
        factors[i * steps + step] = low + places[which] * (high - low)
      })
    }
    return changeColors(batch, changes, factors, steps)
  }
}

/** The 24 orders of four changes. */
const orders = ordersOf([0, 1, 2, 3])

function ordersOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]]
  return items.flatMap(first => ordersOf(items.filter(item => item !== first)).map(rest => [first, ...rest]))
}
