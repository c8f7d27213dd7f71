import type { RandomKey } from '@chiaro/core'
import { philoxNormal } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { checkedNormal, type NormalOptions } from './host/normal-values.ts'
import { shapeSize } from './host/shape-size.ts'

/** `normalValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one. */
export function normal(key: RandomKey, shape: readonly number[], options: NormalOptions = {}): tf.Tensor {
  shapeSize('normal', shape)
  return philoxNormal({ shape: [...shape], words: [key.low, key.high], ...checkedNormal(key, options) })
}
