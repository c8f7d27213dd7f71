import { describeBackends, expectClose, meanOf } from '@chiaro/test-kit'
import { correlatedLogits } from '@chiaro/test-kit/oracles/correlated-gaussians'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { mutualInformationBound } from './mutual-information.ts'
import { mutualInformationReport } from './mutual-information-report.ts'

const gaussian = (information: number, pairs = 64, seed = 1) =>
  correlatedLogits(seed, { pairs, dimension: 20, information })

describeBackends('mutualInformationReport', () => {
  it.each(['infoNce', 'nwj', 'dv'] as const)('reads the %s bound with its ceiling log k', async bound => {
    const logits = gaussian(1)
    const report = await mutualInformationReport(logits, { bound })
    expectClose(report.estimate, mutualInformationBound(logits, { bound }).dataSync()[0])
    expect(report.ceiling).toBe(Math.log(64))
    expect(report.saturated).toBe(false)
    expect(report.warning).toBeUndefined()
  })
  it.each([
    ['infoNce', 0],
    ['nwj', 1],
    ['dv', 0],
  ] as const)('gives the standard error of %s that batches show', async (bound, shift) => {
    const reports = await Promise.all(
      Array.from({ length: 100 }, (_, seed) =>
        mutualInformationReport(
          tf.add(correlatedLogits(seed, { pairs: 64, dimension: 2, information: 0.5 }), shift) as tf.Tensor2D,
          { bound },
        ),
      ),
    )
    const mean = meanOf(reports.map(report => report.estimate))
    const spread = Math.sqrt(meanOf(reports.map(report => (report.estimate - mean) ** 2)))
    const said = Math.sqrt(meanOf(reports.map(report => report.standardError ** 2)))
    // A deviation from 100 batches is known to 7 %; three times that, and what a first-order formula misses.
    expect(said / spread).toBeGreaterThan(0.75)
    expect(said / spread).toBeLessThan(1.35)
  })
  it('warns where the exact critic is near its ceiling: 6 nats by 64 pairs, not 2', async () => {
    const high = await mutualInformationReport(gaussian(6))
    expect(high.saturated).toBe(true)
    expect(high.warning).toMatch(
      /^the estimate of 3\.\d\d nats is close to or above log 64 = 4\.16, .*take more pairs$/,
    )
    expect((await mutualInformationReport(gaussian(2))).saturated).toBe(false)
    // More pairs lift the ceiling: 4 nats are close to log 32, and far from log 512.
    expect((await mutualInformationReport(gaussian(4, 32))).saturated).toBe(true)
    expect((await mutualInformationReport(gaussian(4, 512))).saturated).toBe(false)
  })
  it('takes another margin, and half the ceiling for few pairs', async () => {
    const { estimate, ceiling } = await mutualInformationReport(gaussian(2))
    const at = async (margin: number) => (await mutualInformationReport(gaussian(2), { margin })).saturated
    expect(await at(ceiling - estimate + 0.01)).toBe(true)
    expect(await at(ceiling - estimate - 0.01)).toBe(false)
    // log 2 = 0.69 is within 1 nat of 0, where nothing is learned and nothing saturated.
    expect((await mutualInformationReport(tf.zeros([2, 2]))).saturated).toBe(false)
  })
  it('warns of nwj and dv above log k, which no k pairs can vouch for', async () => {
    const sure = tf.mul(tf.eye(8), 50) as tf.Tensor2D
    const report = await mutualInformationReport(sure, { bound: 'dv' })
    expect(report.estimate).toBeGreaterThan(report.ceiling)
    expect(report.saturated).toBe(true)
  })
  it('says nothing of one pair, keeps no tensor and refuses what does not fit', async () => {
    const one = await mutualInformationReport(tf.zeros([1, 1]))
    expect(one).toEqual({
      estimate: 0,
      standardError: Number.NaN,
      ceiling: 0,
      saturated: false,
      warning: undefined,
    })
    const logits = gaussian(2)
    const before = tf.memory().numTensors
    await mutualInformationReport(logits, { bound: 'nwj' })
    expect(tf.memory().numTensors).toBe(before)
    await expect(mutualInformationReport(logits, { margin: -1 })).rejects.toThrow(
      /margin must be a finite number of at least 0/,
    )
    await expect(mutualInformationReport(tf.zeros([2, 3]))).rejects.toThrow(
      /mutualInformationReport: logits must be float32 \[k, k\]/,
    )
  })
})
