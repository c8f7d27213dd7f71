import { key } from '@chiaro/random'
import { describeBackends, expectNoLeak, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { empiricalMarginal } from './empirical-marginal.ts'

describeBackends('empiricalMarginal', () => {
  it('draws whole rows, each as often as any', () => {
    const count = 10_000
    const sampler = empiricalMarginal(
      tf.tensor2d([
        [0, 10],
        [1, 11],
        [2, 12],
        [3, 13],
      ]),
    )
    const rows = sampler.sample(key(1), count).arraySync() as number[][]
    expect(rows.every(([a, b]) => b === a + 10)).toBe(true)
    for (const k of [0, 1, 2, 3]) {
      const share = meanOf(rows.map(([a]) => (a === k ? 1 : 0)))
      expectWithin(share, 0.25, Math.sqrt(0.1875 / count))
    }
  })
  it('keeps events of any shape and dtype', () => {
    const pictures = empiricalMarginal(tf.zeros([3, 4, 5, 1]))
    expect(pictures.eventShape).toEqual([4, 5, 1])
    expect(pictures.sample(key(1), 2).shape).toEqual([2, 4, 5, 1])
    const tokens = empiricalMarginal(tf.tensor1d([7, 7], 'int32')).sample(key(1), 3)
    expect(tokens.dtype).toBe('int32')
    expect(Array.from(tokens.dataSync())).toEqual([7, 7, 7])
    expectNoLeak(() => pictures.sample(key(1), 2))
  })
  it('refuses no rows', () => {
    expect(() => empiricalMarginal(tf.zeros([0, 2]))).toThrow(
      /data must be a tensor \[n, …event\] with n ≥ 1, got float32 \[0, 2\]/,
    )
    expect(() => empiricalMarginal(tf.scalar(1))).toThrow(TypeError)
  })
})
