import type { RandomKey } from '@chiaro/core'
import { philoxNormal } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { checkedSize } from './host/check-count.ts'
import { checkedNormal, type NormalOptions } from './host/normal-values.ts'

/** `normalValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one. */
export function normal(key: RandomKey, shape: readonly number[], options: NormalOptions = {}): tf.Tensor {
  checkedSize('normal', shape)
  return philoxNormal({ shape: [...shape], words: [key.low, key.high], ...checkedNormal(key, options) })
}
