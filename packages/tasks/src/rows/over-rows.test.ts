import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { overRows } from './over-rows.ts'

describeBackends('overRows', () => {
  // More than one chunk of 4096, and the last one shorter.
  const count = 5000
  const rows = { values: Float32Array.from({ length: 2 * count }, (_, at) => at), width: 2, count }

  it('gives a number a row, in the order of the rows', async () => {
    const sums = await overRows(rows, x => tf.sum(x, 1))
    expect(sums).toEqual(Float32Array.from({ length: count }, (_, row) => 4 * row + 1))
  })

  it('gives a vector a row, one after the other', async () => {
    const doubled = await overRows(rows, x => tf.mul(x, 2))
    expect(doubled).toEqual(rows.values.map(value => 2 * value))
  })

  it('gives nothing for no rows', async () => {
    expect(await overRows({ values: new Float32Array(0), width: 2, count: 0 }, x => x)).toHaveLength(0)
  })
})
