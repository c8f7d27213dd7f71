import { logSumExp } from '@chiaro/ops'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { accidentalHits } from './accidental-hits.ts'
import { expectedUniqueCounts } from './expected-unique-counts.ts'
import { sampledSoftmaxLogits } from './sampled-softmax-logits.ts'

const expectedCounts = [0.5, 2]
const positiveExpectedCounts = [0.25, 4, 1]

describeBackends('sampledSoftmaxLogits', () => {
  it('corrects every logit and takes hits out', () => {
    const hits = accidentalHits([8, 9], [9, 1, 2])
    const logits = sampledSoftmaxLogits(
      tf.tensor1d([1, 2, 3]),
      tf.tensor2d([
        [4, 5],
        [6, 7],
        [8, 9],
      ]),
      {
        expectedCounts,
        positiveExpectedCounts,
        hits,
      },
    )
    const [up, down] = [Math.log(0.5), Math.log(2)]
    expectClose(logits, [
      [1 - Math.log(0.25), 4 - up, Number.NEGATIVE_INFINITY],
      [2 - Math.log(4), 6 - up, 7 - down],
      [3, 8 - up, 9 - down],
    ])
  })
  it('case 19: a hit has no value and no gradient, however large its logit', () => {
    const hits = accidentalHits([8, 9], [9])
    const loss = (sampled: tf.Tensor) => {
      const logits = sampledSoftmaxLogits(tf.tensor1d([1]), sampled as tf.Tensor2D, {
        expectedCounts: [1, 1e-30],
        positiveExpectedCounts: [1],
        hits,
      })
      return tf.sum(logSumExp(logits, 1))
    }
    const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d([[1, 1e30]]))
    expectClose(value, 1 + Math.log(2))
    expectClose(grad, [0.5, 0])
  })
  it('is the whole softmax when every class is sampled once', () => {
    // Each other class with count 1, the positive's own column a hit.
    const logits = [0.3, -1, 2, 0.7]
    const corrected = sampledSoftmaxLogits(tf.tensor1d([logits[2]]), tf.tensor2d([logits]), {
      expectedCounts: expectedUniqueCounts([0.25, 1, 1, 1], 1e6),
      positiveExpectedCounts: [1],
      hits: accidentalHits([0, 1, 2, 3], [2]),
    })
    const whole = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0))
    expectClose(logSumExp(corrected), whole)
  })
  it('refuses what does not fit, and counts of 0 by their index', () => {
    const [positive, sampled] = [tf.zeros([3]) as tf.Tensor1D, tf.zeros([3, 2]) as tf.Tensor2D]
    const options = { expectedCounts, positiveExpectedCounts }
    expect(() => sampledSoftmaxLogits(positive, sampled, { ...options, expectedCounts: [1, 0] })).toThrow(
      /expectedCounts\[1\] must be a finite number above 0, got 0/,
    )
    expect(() => sampledSoftmaxLogits(positive, sampled, { ...options, expectedCounts: [1] })).toThrow(
      /expectedCounts must be of length 2, got length 1/,
    )
    expect(() => sampledSoftmaxLogits(tf.zeros([2]), sampled, options)).toThrow(
      /positiveLogits must be float32 \[3\]/,
    )
    const hits = accidentalHits([0, 0, 1], [1])
    expect(() => sampledSoftmaxLogits(positive, sampled, { ...options, hits })).toThrow(
      /hits 0 must be a pair of \[3, 2\], got \(0, 2\)/,
    )
    expectNoLeak(() => sampledSoftmaxLogits(positive, sampled, options))
  })
})
