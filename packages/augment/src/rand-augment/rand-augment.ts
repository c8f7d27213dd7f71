import { checkInteger, checkNumber, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from '../check-pictures.ts'
import { rowDraws } from '../row-draws.ts'
import { operationNames, operations } from './operations.ts'

export interface RandAugmentOptions {
  /** N, how many operations a picture gets. Default 2. */
  readonly operations?: number
  /** M, how strong they are, 0…30. Default 9. */
  readonly magnitude?: number
  /** What lies behind a picture's border, 0…1. Default 0. */
  readonly fill?: number
}

/**
 * RandAugment (Cubuk, Zoph, Shlens and Le 2020, "Practical automated data augmentation with a reduced search space"): N
 * operations one after the other, each drawn from fourteen, all equally likely, all of magnitude M: identity, shear and
 * translation both ways, rotation, brightness, colour, contrast, sharpness, posterize, solarize, autocontrast, equalize.
 * With m = M/30, as torchvision: shear ±0.3·m, translation ±150/331·m of the side, rotation ±30·m degrees, the four factors
 * 1 ± 0.9·m, 8 − ⌊4·m⌉ bits, threshold 1 − m; signs are drawn.
 *
 * Differs from torchvision: each picture draws for itself, where theirs draws once a call; shear is about the centre;
 * pixels in between are bilinear, not the nearest. Two draws an operation. Computed on the host, to the same bits on
 * every backend; no gradient.
 *
 * @returns [batch, height, width, 1 or 3] in 0…1 → the same shape in 0…1
 * @throws RangeError unless operations is a whole number from 0, magnitude 0…30, fill 0…1; for other channels
 *
 * @example
 * ```ts
 * import { randAugment } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const view = randAugment({ operations: 2, magnitude: 9 })
 * console.log(view(key(1), uniform(key(2), [4, 16, 16, 3])).shape)
 * ```
 */
export function randAugment(options: RandAugmentOptions = {}): View {
  const { operations: rounds = 2, magnitude = 9, fill = 0 } = options
  checkInteger('randAugment', { operations: rounds }, { least: 0 })
  checkNumber('randAugment', { magnitude }, { least: 0, most: 30 })
  checkNumber('randAugment', { fill }, { least: 0, most: 1 })
  return (key, batch, part) => {
    checkPictures('randAugment', batch, [1, 3])
    if (rounds === 0) return tf.clone(batch)
    const [count, height, width, channels] = batch.shape
    const draws = rowDraws(foldIn(key, 0), count, rounds * 2, part)
    // A copy: on cpu these are the tensor's own values.
    const all = batch.dataSync<'float32'>().slice()
    const size = height * width * channels
    for (let at = 0; at < count * rounds; at++) {
      const picture = Math.floor(at / rounds)
      const values = all.subarray(picture * size, (picture + 1) * size)
      const name = operationNames[Math.floor(draws[2 * at] * operationNames.length)]
      const sign = draws[2 * at + 1] < 0.5 ? -1 : 1
      operations[name](magnitude / 30, sign, fill)({ values, height, width, channels })
    }
    return tf.tensor4d(all, batch.shape)
  }
}
