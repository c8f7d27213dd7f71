import { centredTransform } from '../centred-transform.ts'
import type { PictureChange } from './picture-values.ts'

/**
 * The change of `affineWarp` on the host: so that a key gives the same picture on every backend, to the bit. What lies
 * behind the border is `fill`.
 *
 * @param linear M of `centredTransform`
 * @param shift as shares of width and height
 */
export function warp(
  linear: readonly [number, number, number, number],
  shift: readonly [number, number],
  fill: number,
): PictureChange {
  return ({ values, height, width, channels }) => {
    const [right, down] = shift
    const transform = centredTransform(height, width, linear, [right * width, down * height])
    const [a, b, e, c, d, f] = transform
    const before = values.slice()
    const line = width * channels
    for (let v = 0, at = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        const column = a * u + b * v + e
        const row = c * u + d * v + f
        const left = Math.floor(column)
        const top = Math.floor(row)
        const x = column - left
        const y = row - top
        const inLeft = left >= 0 && left < width
        const inRight = left >= -1 && left < width - 1
        const inTop = top >= 0 && top < height
        const inBottom = top >= -1 && top < height - 1
        const topLeft = inTop && inLeft ? (1 - y) * (1 - x) : 0
        const topRight = inTop && inRight ? (1 - y) * x : 0
        const bottomLeft = inBottom && inLeft ? y * (1 - x) : 0
        const bottomRight = inBottom && inRight ? y * x : 0
        // What is left of the weights is that of pixels outside.
        const outside = fill * Math.max(0, 1 - topLeft - topRight - bottomLeft - bottomRight)
        const from = (top * width + left) * channels
        for (let channel = from; channel < from + channels; channel++, at++) {
          let value = outside
          if (topLeft > 0) value += topLeft * before[channel]
          if (topRight > 0) value += topRight * before[channel + channels]
          if (bottomLeft > 0) value += bottomLeft * before[channel + line]
          if (bottomRight > 0) value += bottomRight * before[channel + line + channels]
          values[at] = value
        }
      }
    }
  }
}
