import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { log1p } from './log1p.ts'
import './gradients/register-gradients.ts'

const infinity = Number.POSITIVE_INFINITY

describeBackends('log1p', () => {
  it('keeps small arguments (wasm’s own rounds 1e-8 to 0)', () => {
    const x = [0, 1e-30, 1e-8, 4.54e-5, 1e-3, 0.3, 1, 1e4, 3e38]
    expectClose(log1p(tf.tensor1d(x)), x.map(Math.log1p), { absolute: 0, relative: 3e-7 })
    expectClose(log1p(tf.tensor1d([infinity])), [infinity])
    expectClose(tf.grad(log1p)(tf.tensor1d([0, 1, 1e-8])), [1, 0.5, 1])
  })
  it('leaks nothing', () => {
    const x = tf.tensor2d([[1, 2, 3]])
    expectNoLeak(() => log1p(x))
    expectNoLeak(() => tf.grad(a => log1p(a))(x))
  })
})
