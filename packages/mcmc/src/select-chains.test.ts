import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { clonedChains, finiteWhere, gatherChains, selectChains } from './select-chains.ts'

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

describeBackends('records of chains', () => {
  const record = (from: number) => ({
    position: tf.tensor2d([from, from + 1, from + 2, from + 3], [2, 2]),
    inner: { energy: tf.tensor1d([from, from + 1]) },
  })
  it('are chosen, gathered and cloned by the names of the first', () => {
    const chosen = selectChains<ReturnType<typeof record>>(tf.tensor1d([false, true], 'bool'), record(10), {
      ...record(20),
      ...{ more: 1 },
    })
    expectClose(chosen.position, tf.tensor2d([20, 21, 12, 13], [2, 2]))
    expectClose(chosen.inner.energy, [20, 11])
    expect(Object.keys(chosen)).toEqual(['position', 'inner'])
    const gathered = gatherChains(record(1), tf.tensor1d([1, 1], 'int32'))
    expectClose(gathered.position, tf.tensor2d([3, 4, 3, 4], [2, 2]))
    expectClose(gathered.inner.energy, [2, 2])
    const given = record(5)
    const clone = clonedChains(given)
    tf.dispose(given)
    expectClose(clone.inner.energy, [5, 6])
  })
})

describeBackends('finiteWhere', () => {
  it('is false for NaN and infinities only', () => {
    const values = [0, -3e38, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    expectClose(finiteWhere(tf.tensor1d(values)), [1, 1, 1, 0, 0, 0])
  })
})
