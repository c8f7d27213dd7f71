import { checkNumber, type RandomKey } from '@chiaro/core'
import { foldIn, gammaValues, permutation, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { insideBoxes } from './erase.ts'

export interface MixOptions {
  /** α of the shares: Beta(α, α), 1 is uniform, larger ones mix more evenly. Default 1; at least 0.05. */
  readonly alpha?: number
}

/** Pictures mixed two by two. */
export interface MixedPictures {
  /** [batch, height, width, channels]; the caller disposes it. */
  readonly mixed: tf.Tensor4D
  /** [batch] π: which picture each was mixed with. */
  readonly partners: Int32Array
  /** [batch] λ: how much of each is its own. */
  readonly shares: Float32Array
}

/**
 * Mixup (Zhang et al. 2018): λ_i·x_i + (1 − λ_i)·x_π(i), π a permutation and λ_i from Beta(α, α) for each picture, pure
 * in the key. What was mixed goes to `iMixLoss`.
 *
 * @throws RangeError unless alpha is a finite number of at least 0.05; TypeError for another rank
 *
 * @example
 * ```ts
 * import { mixUp } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const { mixed, partners, shares } = mixUp(key(1), uniform(key(2), [4, 16, 16, 3]), { alpha: 0.4 })
 * console.log(mixed.shape, partners, shares) // for iMixLoss of @chiaro/objectives
 * ```
 */
export function mixUp(key: RandomKey, batch: tf.Tensor4D, options: MixOptions = {}): MixedPictures {
  checkPictures('mixUp', batch)
  const count = batch.shape[0]
  const { partners, shares } = drawn('mixUp', key, count, options)
  const mixed = tf.tidy(() => {
    const others = tf.gather(batch, tf.tensor1d(partners, 'int32'))
    const rest = tf.tensor4d(
      Float32Array.from(shares, share => 1 - share),
      [count, 1, 1, 1],
    )
    return tf.add(tf.mul(batch, tf.tensor4d(shares, [count, 1, 1, 1])), tf.mul(others, rest)) as tf.Tensor4D
  })
  return { mixed, partners, shares }
}

/**
 * CutMix (Yun et al. 2019): a rectangle of picture π(i), where it stands there, over picture i. Its sides are √(1 − λ_i) of
 * the picture's, rounded, with λ_i from Beta(α, α), its centre is uniform, and what hangs over the border is left out;
 * `shares` are those of the pixels that are then the picture's own. Parameters and errors of `mixUp`.
 *
 * @example
 * ```ts
 * import { cutMix } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const { mixed, partners, shares } = cutMix(key(1), uniform(key(2), [4, 16, 16, 3]), { alpha: 1 })
 * console.log(mixed.shape, partners, shares) // picture i has a rectangle of picture partners[i]
 * ```
 */
export function cutMix(key: RandomKey, batch: tf.Tensor4D, options: MixOptions = {}): MixedPictures {
  checkPictures('cutMix', batch)
  const [count, height, width] = batch.shape
  const { partners, shares: wished } = drawn('cutMix', key, count, options)
  const places = uniformValues(foldIn(key, 3), 2 * count)
  const boxes = Array.from({ length: count }, (_, i) => {
    const side = Math.sqrt(1 - wished[i])
    const [tall, wide] = [Math.round(side * height), Math.round(side * width)]
    const top = Math.floor(places[2 * i] * height) - Math.floor(tall / 2)
    const left = Math.floor(places[2 * i + 1] * width) - Math.floor(wide / 2)
    return { top, left, height: tall, width: wide }
  })
  const shares = Float32Array.from(boxes, box => {
    const rows = Math.min(height, box.top + box.height) - Math.max(0, box.top)
    const columns = Math.min(width, box.left + box.width) - Math.max(0, box.left)
    return 1 - (rows * columns) / (height * width)
  })
  const mixed = tf.tidy(() => {
    const others = tf.gather(batch, tf.tensor1d(partners, 'int32'))
    return tf.where(insideBoxes(batch.shape, boxes), others, batch)
  })
  return { mixed, partners, shares }
}

function drawn(
  where: string,
  key: RandomKey,
  count: number,
  { alpha = 1 }: MixOptions,
): Omit<MixedPictures, 'mixed'> {
  checkNumber(where, { alpha }, { least: 0.05 })
  const [x, y] = [gammaValues(foldIn(key, 1), count, alpha), gammaValues(foldIn(key, 2), count, alpha)]
  return {
    partners: permutation(foldIn(key, 0), count),
    shares: Float32Array.from(x, (value, i) => value / (value + y[i])),
  }
}
