import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { finiteWhere, selectChains } from './select-chains.ts'

describeBackends('selectChains', () => {
  it('takes whole rows from either side, and no NaN from the other', () => {
    const condition = tf.tensor1d([true, false, true], 'bool')
    const [nan, infinite] = [Number.NaN, Number.POSITIVE_INFINITY]
    const whenTrue = tf.tensor3d([1, 2, nan, nan, 5, 6], [3, 2, 1])
    const whenFalse = tf.tensor3d([nan, infinite, 7, 8, nan, 0], [3, 2, 1])
    expectClose(selectChains(condition, whenTrue, whenFalse), tf.tensor3d([1, 2, 7, 8, 5, 6], [3, 2, 1]))
    expectNoLeak(() => selectChains(condition, whenTrue, whenFalse))
  })
})

describeBackends('finiteWhere', () => {
  it('is false for NaN and infinities only', () => {
    const values = [0, -3e38, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    expectClose(finiteWhere(tf.tensor1d(values)), [1, 1, 1, 0, 0, 0])
  })
})
