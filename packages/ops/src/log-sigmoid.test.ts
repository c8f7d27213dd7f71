import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { logSigmoid } from './log-sigmoid.ts'
import './gradients/register-gradients.ts'

describeBackends('logSigmoid', () => {
  it('is −log(1 + e⁻ˣ) and its gradient σ(−x)', () => {
    const values = [-1e4, -10, 0, 10, 60]
    const x = tf.tensor1d(values)
    const expected = values.map(v => Math.min(v, 0) - Math.log1p(Math.exp(-Math.abs(v))))
    expectClose(logSigmoid(x), expected, { absolute: 0, relative: 2e-6 })
    expectClose(
      tf.grad(logSigmoid)(x),
      values.map(v => 1 / (1 + Math.exp(v))),
    )
  })
  it('leaks nothing', () => {
    const x = tf.tensor2d([[1, 2, 3]])
    expectNoLeak(() => logSigmoid(x))
    expectNoLeak(() => tf.grad(a => logSigmoid(a))(x))
  })
})
