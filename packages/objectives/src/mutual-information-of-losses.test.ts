import { describeBackends, expectClose, meanOf } from '@chiaro/test-kit'
import { correlatedLogits } from '@chiaro/test-kit/oracles/correlated-gaussians'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { infoNceLoss } from './info-nce.ts'
import { mutualInformationBound } from './mutual-information.ts'
import { mutualInformationOfLosses } from './mutual-information-of-losses.ts'

describeBackends('mutualInformationOfLosses', () => {
  it('is the bound that logits give, from their losses alone', () => {
    const batches = [1, 2, 3].map(seed =>
      correlatedLogits(seed, { pairs: 32, dimension: 4, information: 1.5 }),
    )
    // As queries against unit vectors, logits are dot products.
    const losses = batches.map(
      logits =>
        infoNceLoss(logits, tf.eye(32) as tf.Tensor2D, { temperature: 1, normalize: false }).dataSync()[0],
    )
    const { estimate, ceiling } = mutualInformationOfLosses(losses, { candidates: 32 })
    expectClose(estimate, meanOf(batches.map(logits => mutualInformationBound(logits).dataSync()[0])), {
      absolute: 1e-5,
    })
    expect(ceiling).toBe(Math.log(32))
  })
})

describe('mutualInformationOfLosses', () => {
  it('has the standard error of the losses’ mean', () => {
    const report = mutualInformationOfLosses([3, 4, 5, 4], { candidates: 100 })
    expect(report.estimate).toBeCloseTo(Math.log(100) - 4, 12)
    // Squares 1 + 0 + 1 + 0 over 4 · 3.
    expect(report.standardError).toBeCloseTo(Math.sqrt(2 / 12), 12)
    expect(mutualInformationOfLosses([1], { candidates: 8 }).standardError).toBeNaN()
  })
  it('warns within a nat of its ceiling, or within another margin', () => {
    const near = mutualInformationOfLosses([0.9, 0.9], { candidates: 64 })
    expect(near.saturated).toBe(true)
    expect(near.warning).toBe(
      'the estimate of 3.26 nats is close to or above log 64 = 4.16, the most that 64 candidates can show: the mutual information may be larger; take more candidates',
    )
    const far = mutualInformationOfLosses([1.1, 1.1], { candidates: 64 })
    expect(far.saturated).toBe(false)
    expect(far.warning).toBeUndefined()
    expect(mutualInformationOfLosses([1.1, 1.1], { candidates: 64, margin: 1.2 }).saturated).toBe(true)
    // One candidate shows nothing, and nothing is saturated.
    expect(mutualInformationOfLosses([0, 0], { candidates: 1 })).toMatchObject({
      ceiling: 0,
      saturated: false,
    })
  })
  it('refuses what shows nothing', () => {
    expect(() => mutualInformationOfLosses([], { candidates: 4 })).toThrow(
      /^mutualInformationOfLosses: losses must be of length at least 1, got length 0$/,
    )
    expect(() => mutualInformationOfLosses([1, Number.NaN], { candidates: 4 })).toThrow(
      /losses\[1\] must be a finite number, got NaN/,
    )
    expect(() => mutualInformationOfLosses([1], { candidates: 0 })).toThrow(/candidates must be an integer/)
    expect(() => mutualInformationOfLosses([1], { candidates: 4, margin: -1 })).toThrow(/margin must be/)
  })
})
