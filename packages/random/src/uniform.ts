import type { RandomKey } from '@chiaro/core'
import { philoxUniform } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { shapeSize } from './host/shape-size.ts'
import { checkedUniform, type UniformOptions } from './host/uniform-values.ts'

/** `uniformValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one. */
export function uniform(key: RandomKey, shape: readonly number[], options: UniformOptions = {}): tf.Tensor {
  shapeSize('uniform', shape)
  return philoxUniform({ shape: [...shape], words: [key.low, key.high], ...checkedUniform(key, options) })
}
