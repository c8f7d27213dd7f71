import type { RandomKey, View } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * A view with its draws fixed: batch → view(key, batch). Views draw from their key alone, never from values or the
 * number of channels, so that batches of as many pictures of the same height and width get the same transforms: a mask
 * beside its pictures, a second pass over them, the same pictures tomorrow.
 *
 * In `compose`, view i draws from foldIn(key, i): a mask gets the pictures' shapes without their colours from
 * `replay(compose(crop, rotation), key)` where the pictures' view is `compose(crop, rotation, jitter)`.
 */
export function replay<T extends tf.Tensor = tf.Tensor4D>(view: View<T>, key: RandomKey): (batch: T) => T {
  return batch => view(key, batch)
}
