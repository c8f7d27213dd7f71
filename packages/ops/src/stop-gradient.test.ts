import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { stopGradient } from './index.ts'

describeBackends('stopGradient', () => {
  it('passes values and no gradient', () => {
    const x = tf.tensor1d([1, 2])
    expectClose(stopGradient(x), [1, 2])
    expectClose(tf.grad(a => tf.mul(a, stopGradient(a)))(x), [1, 2])
  })
})
