import type { ColumnBlock } from '@chiaro/data'
import { waymarks } from '@chiaro/objectives'
import { key, normal } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { rowWaymarks } from './row-waymarks.ts'

const [x, site] = [
  { name: 'x', kind: 'numeric', start: 0, width: 1 },
  { name: 'site', kind: 'categorical', start: 1, width: 3 },
] as const satisfies readonly ColumnBlock[]
const alphas = [0, 0.25, 0.6, 1]

describeBackends('rowWaymarks', () => {
  it('of numbers are those of telescoping', () => {
    const [data, noise] = [normal(key(1), [5, 1]), normal(key(2), [5, 1])] as tf.Tensor2D[]
    const expected = waymarks(data, noise, alphas)
    rowWaymarks(data, noise, { alphas, blocks: [x], key: key(3) }).forEach((mark, k) => {
      expectClose(mark, expected[k], { absolute: 0, relative: 0 })
    })
  })

  it('take a category of the noise with probability α, whole, and keep it from then on', () => {
    const n = 4000
    const ofAll = (row: readonly number[]) => tf.tile(tf.tensor2d([[...row]]), [n, 1])
    const [data, noise] = [ofAll([2, 1, 0, 0]), ofAll([-1, 0, 0, 1])]
    const marks = rowWaymarks(data, noise, { alphas, blocks: [x, site], key: key(4) })
    let before: Float32Array = new Float32Array(n)
    marks.forEach((mark, k) => {
      const [number, first, second, third] = tf.unstack(mark, 1)
      const alpha = alphas[k]
      expectClose(number, tf.fill([n], 2 * Math.sqrt(1 - alpha ** 2) - alpha))
      expectClose(tf.add(first, third), tf.ones([n]), { absolute: 0, relative: 0 })
      expectClose(second, tf.zeros([n]), { absolute: 0, relative: 0 })
      const changed = third.dataSync() as Float32Array
      expectWithin(meanOf(changed), alpha, Math.sqrt((alpha * (1 - alpha)) / n))
      expect(changed.every((value, row) => value >= before[row])).toBe(true)
      before = changed
    })
  })
})
