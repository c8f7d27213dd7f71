import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

/**
 * Calls `f` outside any tidy and fails unless exactly the tensors in its result (a tensor, an array or record
 * of tensors, or nothing) are alive afterwards; these are disposed. A result that is one of `f`'s inputs
 * would be disposed too: pass clones.
 */
export function expectNoLeak(f: () => tf.TensorContainer): void {
  const before = tf.memory().numTensors
  const result = f()
  const returned = tf.tensor_util.getTensorsInContainer(result)
  const left = tf.memory().numTensors - before
  tf.dispose(returned)
  expect(left - new Set(returned).size, 'tensors leaked').toBe(0)
}
