import { pixelColors } from '@chiaro/ops'
import type { PictureChange } from './picture-values.ts'
import { autocontrast, equalize, posterize, sharpness, solarizeValues } from './pixel-changes.ts'
import { warp } from './warp-values.ts'

/**
 * How strong an operation is.
 *
 * @param m magnitude/30, 0…1
 * @param sign 1 or −1, for those that go both ways
 * @param fill what lies behind a picture's border
 */
export type OperationOf = (m: number, sign: 1 | -1, fill: number) => PictureChange

const color =
  (which: 'brightness' | 'contrast' | 'saturation'): OperationOf =>
  (m, sign) =>
  ({ values, channels }) =>
    pixelColors[which](values, channels, 1 + 0.9 * sign * m)

/** RandAugment's fourteen operations with the ranges of AutoAugment (Cubuk et al. 2019), as torchvision has them. */
export const operations = {
  identity: () => () => {},
  shearX: (m, sign, fill) => warp([1, 0.3 * sign * m, 0, 1], [0, 0], fill),
  shearY: (m, sign, fill) => warp([1, 0, 0.3 * sign * m, 1], [0, 0], fill),
  translateX: (m, sign, fill) => warp([1, 0, 0, 1], [(150 / 331) * sign * m, 0], fill),
  translateY: (m, sign, fill) => warp([1, 0, 0, 1], [0, (150 / 331) * sign * m], fill),
  rotate(m, sign, fill) {
    const angle = (30 * sign * m * Math.PI) / 180
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    return warp([cos, -sin, sin, cos], [0, 0], fill)
  },
  brightness: color('brightness'),
  color: color('saturation'),
  contrast: color('contrast'),
  sharpness: (m, sign) => sharpness(1 + 0.9 * sign * m),
  posterize: m => posterize(8 - Math.round(4 * m)),
  solarize: m => solarizeValues(1 - m),
  autocontrast: () => autocontrast,
  equalize: () => equalize,
} as const satisfies Readonly<Record<string, OperationOf>>

export type OperationName = keyof typeof operations

export const operationNames = Object.keys(operations) as readonly OperationName[]
