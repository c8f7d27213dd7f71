import type { BatchPart, RandomKey, View } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * A view with its draws fixed: batch → view(key, batch). Views draw from their key alone, never from values or the
 * number of channels, so that batches of as many pictures of the same height and width get the same transforms: a mask
 * beside its pictures, a second pass over them, the same pictures tomorrow.
 *
 * In `compose`, view i draws from foldIn(key, i): a mask gets the pictures' shapes without their colours from
 * `replay(compose(crop, rotation), key)` where the pictures' view is `compose(crop, rotation, jitter)`.
 *
 * @example
 * ```ts
 * import { randomRotation, replay } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const same = replay(randomRotation({ degrees: 30 }), key(1))
 * const pictures = uniform(key(2), [2, 16, 16, 3])
 * const masks = tf.ones<tf.Rank.R4>([2, 16, 16, 1])
 * console.log(same(pictures).shape, same(masks).shape) // turned alike
 * ```
 */
export function replay<T extends tf.Tensor = tf.Tensor4D>(
  view: View<T>,
  key: RandomKey,
): (batch: T, part?: BatchPart) => T {
  return (batch, part) => view(key, batch, part)
}
