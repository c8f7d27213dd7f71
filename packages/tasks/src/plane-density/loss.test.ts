import { gaussianNoise } from '@chiaro/noise'
import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type PlaneDensity, planeLoss } from './loss.ts'
import { indifferentPlaneLoss } from './objective.ts'

const noise = gaussianNoise({ mean: [0, 0], deviation: [1, 1] })
/** The noise itself: it can't be told from it. */
const same: PlaneDensity = {
  energy: x => tf.neg(noise.logProb(x)) as tf.Tensor1D,
  logDensity: x => noise.logProb(x),
}
/** No slope anywhere. */
const flat: PlaneDensity = {
  energy: x => tf.mul(tf.sum(x, 1), 0) as tf.Tensor1D,
  logDensity: x => tf.mul(tf.sum(x, 1), 0) as tf.Tensor1D,
}
const rows = 400
const options = { noise, noiseRatio: 3, scale: 2, key: key(1) }

describeBackends('planeLoss', () => {
  const x = () => tf.tensor2d(normalValues(7, 2 * rows), [rows, 2])

  it.each([
    ['binary', same],
    ['ranking', same],
    ['conditional', flat],
  ] as const)('%s of a model that tells nothing apart is in closed form', (objective, model) => {
    const expected = indifferentPlaneLoss(objective, options.noiseRatio) as number
    expectClose(planeLoss(objective, model, x(), options), [expected])
  })

  it('divergence of a flat energy is 0', () => {
    expectClose(planeLoss('divergence', flat, x(), options), [0])
  })

  it('denoising of a flat energy is half the mean square of (y − x)/σ²: d/2σ²', () => {
    const blur = 0.1 * options.scale
    const expected = 1 / blur ** 2
    const found = planeLoss('denoising', flat, x(), options).dataSync()[0]
    // χ² of 2n terms, halved and divided by nσ²: its standard error is 1/σ²√n.
    expect(Math.abs(found - expected)).toBeLessThan(4 / (blur ** 2 * Math.sqrt(rows)))
  })

  it('sliced score matching of a normal is ½ vᵀx xᵀv − vᵀv on average: −d/2 at the data’s own density', () => {
    const found = planeLoss('sliced', same, x(), options).dataSync()[0]
    expect(Math.abs(found + 1)).toBeLessThan(4 * Math.sqrt(3 / rows))
  })
})
