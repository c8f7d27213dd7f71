import {
  describeBackends,
  expectClose,
  expectNoLeak,
  expectWithin,
  meanOf,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { correlatedLogits } from '@chiaro/test-kit/oracles/correlated-gaussians'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { mutualInformationBound } from './mutual-information.ts'

const k = 5
const values = normalValues(1, k * k, 2)
const bounds = ['infoNce', 'nwj', 'dv'] as const
type Bound = (typeof bounds)[number]

/** The three bounds in float64, summed as they are written. */
function oracle(bound: Bound, z: ArrayLike<number>): number {
  const joint = meanOf(Array.from({ length: k }, (_, i) => z[i * k + i]))
  const others = Array.from({ length: k * k }, (_, at) => at).filter(at => at % k !== Math.floor(at / k))
  if (bound === 'nwj') return joint - meanOf(others, at => Math.exp(z[at] - 1))
  if (bound === 'dv') return joint - Math.log(meanOf(others, at => Math.exp(z[at])))
  const row = (i: number) => Array.from({ length: k }, (_, j) => Math.exp(z[i * k + j]))
  const logSum = (i: number) => Math.log(row(i).reduce((sum, e) => sum + e, 0))
  return joint - meanOf(Array.from({ length: k }, (_, i) => logSum(i))) + Math.log(k)
}

/** The mean bound over independent batches at the exact critic, and its standard error. */
function average(batches: number, of: (seed: number) => tf.Tensor2D, bound: Bound, shift = 0) {
  const estimates = Array.from({ length: batches }, (_, seed) =>
    tf.tidy(() => mutualInformationBound(tf.add(of(seed), shift) as tf.Tensor2D, { bound }).dataSync()[0]),
  )
  const mean = meanOf(estimates)
  const deviation = Math.sqrt((meanOf(estimates, v => (v - mean) ** 2) * batches) / (batches - 1))
  return { mean, deviation, standardError: deviation / Math.sqrt(batches) }
}

describeBackends('mutualInformationBound', () => {
  it.each(bounds)('%s equals float64 with its gradient', bound => {
    const { value, grad } = tf.valueAndGrad(z => mutualInformationBound(z as tf.Tensor2D, { bound }))(
      tf.tensor2d(values, [k, k]),
    )
    expectClose(value, oracle(bound, values))
    expectClose(grad, numericalGradient(z => oracle(bound, z), [values])[0], { absolute: 2e-6 })
  })
  it.each([
    [2, 1.816, 0.21],
    [4, 3.073, 0.19],
    [6, 3.738, 0.13],
    [8, 4.026, 0.07],
    [10, 4.121, 0.04],
  ])(
    'of the exact critic on Gaussians of %i nats in 20 dimensions is %s by 64 pairs',
    (information, published, spread) => {
      const of = (seed: number) => correlatedLogits(seed, { pairs: 64, dimension: 20, information })
      const { mean, standardError, deviation } = average(100, of, 'infoNce')
      // The published values themselves are known to 0.01.
      expectWithin(mean, published, Math.hypot(standardError, 0.01), 3)
      expect(mean).toBeLessThan(Math.log(64))
      expectWithin(deviation, spread, spread / Math.sqrt(2 * 100) + 0.005, 3)
    },
  )
  it.each([
    [2, 0.336],
    [8, 0.682],
    [64, 0.809],
  ])('depends on the number of pairs: at ρ = 0.9 and %i of them it is %s', (pairs, published) => {
    const information = -Math.log(1 - 0.9 ** 2) / 2
    const of = (seed: number) => correlatedLogits(seed, { pairs, dimension: 1, information })
    const { mean, standardError } = average(200, of, 'infoNce')
    expectWithin(mean, published, standardError, 3.5)
  })
  it('nwj is unbiased at log ratio + 1, dv approaches the truth at any constant', () => {
    const information = 0.5
    const of = (seed: number) => correlatedLogits(seed, { pairs: 64, dimension: 2, information })
    const nwj = average(100, of, 'nwj', 1)
    expectWithin(nwj.mean, information, nwj.standardError)
    const dv = average(100, of, 'dv')
    // Its bias is half the variance of the mean of the ratio, of second moment e^{2I}.
    expectWithin(dv.mean, information, Math.hypot(dv.standardError, Math.exp(2 * information) / 64))
    const logits = of(1)
    expectClose(
      mutualInformationBound(tf.add(logits, 3) as tf.Tensor2D, { bound: 'dv' }),
      mutualInformationBound(logits, { bound: 'dv' }),
    )
    expect(nwj.mean).toBeGreaterThan(average(100, of, 'nwj').mean + 0.1)
  })
  it('is 0 for logits all alike, but for nwj that is 0 at all 1', () => {
    for (const bound of ['infoNce', 'dv'] as const) {
      expectClose(mutualInformationBound(tf.fill([4, 4], 3), { bound }), 0)
    }
    expectClose(mutualInformationBound(tf.ones([4, 4]), { bound: 'nwj' }), 0)
    expectClose(mutualInformationBound(tf.ones([1, 1])), 0)
  })
  it('infoNce reaches log k where each joint pair is certain, exactly at logits of ±1000', () => {
    const sure = tf.sub(tf.mul(tf.eye(8), 2000), 1000) as tf.Tensor2D
    const { value, grad } = tf.valueAndGrad(z => mutualInformationBound(z as tf.Tensor2D))(sure)
    expectClose(value, Math.log(8))
    expectClose(grad, tf.zeros([8, 8]))
  })
  it('keeps no tensor and refuses what does not fit', () => {
    const logits = tf.tensor2d(values, [k, k])
    for (const bound of bounds) expectNoLeak(() => mutualInformationBound(logits, { bound }))
    expect(() => mutualInformationBound(tf.zeros([2, 3]))).toThrow(
      /logits must be float32 \[k, k\], got float32 \[2, 3\]/,
    )
    expect(() => mutualInformationBound(tf.zeros([2, 2], 'int32'))).toThrow(/logits must be float32 \[/)
    expect(() => mutualInformationBound(tf.zeros([1, 1]), { bound: 'dv' })).toThrow(
      /k ≥ 2, got float32 \[1, 1\]/,
    )
    expect(() => mutualInformationBound(tf.zeros([0, 0]))).toThrow(RangeError)
    expect(() => mutualInformationBound(logits, { bound: 'mine' as 'dv' })).toThrow(
      /bound must be 'infoNce', 'nwj' or 'dv', got 'mine'/,
    )
  })
})
