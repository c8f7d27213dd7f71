import {
  describeBackends,
  expectClose,
  expectNoLeak,
  meanOf,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { contrastiveDivergenceLoss } from './contrastive-divergence.ts'

const dataValues = normalValues(1, 4, 2)
const negativeValues = normalValues(2, 8, 2)
const alpha = 0.3
const oracle = (regularization: number) => (data: ArrayLike<number>, negatives: ArrayLike<number>) =>
  meanOf(data) -
  meanOf(negatives) +
  regularization * (meanOf(data, e => e * e) + meanOf(negatives, e => e * e))

/**
 * CD-k's slope in λ for E = λx²/2 on unit-variance data, with unadjusted Langevin chains x ← (1 − ε²λ/2)x + ε·noise.
 * Energies are quadratic, so signs for data and noise, all 2^(k+1) of them, give the expectation exactly.
 */
function slope(lambda: number, stepSize: number, steps: number): number {
  const design = Array.from({ length: 2 ** (steps + 1) }, (_, code) =>
    Array.from({ length: steps + 1 }, (_, bit) => 2 * ((code >> bit) & 1) - 1),
  )
  const ends = design.map(([start, ...noise]) =>
    noise.reduce<number>((x, z) => x * (1 - (stepSize ** 2 * lambda) / 2) + stepSize * z, start),
  )
  const [x, y] = [tf.tensor1d(design.map(([start]) => start)), tf.tensor1d(ends)]
  const energy = (at: tf.Tensor, precision: tf.Tensor) =>
    tf.mul(tf.mul(tf.square(at), precision), 0.5) as tf.Tensor1D
  return tf
    .grad(l => contrastiveDivergenceLoss(energy(x, l), energy(y, l)))(tf.scalar(lambda))
    .dataSync()[0]
}

describeBackends('contrastiveDivergenceLoss', () => {
  it.each([0, alpha])('equals float64 with its gradients at α = %s', regularization => {
    const f = oracle(regularization)
    const { value, grads } = tf.valueAndGrads((d, m) =>
      contrastiveDivergenceLoss(d as tf.Tensor1D, m as tf.Tensor1D, { regularization }),
    )([tf.tensor1d(dataValues), tf.tensor1d(negativeValues)])
    expectClose(value, f(dataValues, negativeValues))
    const expected = numericalGradient(f, [dataValues, negativeValues])
    expectClose(grads[0], expected[0])
    expectClose(grads[1], expected[1])
  })
  it("takes any number of negatives for the mean, and each row's own for reduction 'none' and 'sum'", () => {
    const [data, negatives] = [tf.tensor1d(dataValues), tf.tensor1d(negativeValues)]
    const five = negativeValues.slice(0, 5)
    expectClose(contrastiveDivergenceLoss(data, tf.tensor1d(five)), oracle(0)(dataValues, five))
    const rows = Array.from(dataValues, (e, i) => oracle(alpha)([e], negativeValues.slice(2 * i, 2 * i + 2)))
    const options = { regularization: alpha }
    expectClose(contrastiveDivergenceLoss(data, negatives, { ...options, reduction: 'none' }), rows)
    expectClose(
      contrastiveDivergenceLoss(data, negatives, { ...options, reduction: 'sum' }),
      4 * meanOf(rows),
    )
  })
  it.each([
    [0.1, 1.00251],
    [0.3, 1.02357],
    [0.5, 1.0718],
  ])(
    'with Langevin chains of step %s stands still at precision %s, after 1, 2 and 3 steps',
    (stepSize, published) => {
      const closedForm = (2 / stepSize ** 2) * (1 - Math.sqrt(1 - stepSize ** 2))
      expectClose(closedForm, published, { absolute: 5e-6 })
      for (const steps of [1, 2, 3]) {
        expectClose(slope(closedForm, stepSize, steps), 0, { absolute: 1e-6 })
        expect(Math.abs(slope(1, stepSize, steps))).toBeGreaterThan(1e-5)
        // Too flat a model is made steeper, too steep a one flatter.
        expect(slope(closedForm - 0.5, stepSize, steps)).toBeLessThan(0)
        expect(slope(closedForm + 0.5, stepSize, steps)).toBeGreaterThan(0)
      }
    },
  )
  it('case 23: energies of ±1e6 that differ by ¼ keep their digits', () => {
    for (const large of [1e6, -1e6]) {
      const data = tf.tensor1d(Array.from({ length: 1000 }, (_, i) => large + (i % 2 === 0 ? 0.5 : 0)))
      const negatives = tf.fill([1000], large) as tf.Tensor1D
      expectClose(contrastiveDivergenceLoss(data, negatives), 0.25)
    }
  })
  it('gives 0 for nothing, keeps no tensor and refuses what does not fit', () => {
    expectClose(contrastiveDivergenceLoss(tf.zeros([0]), tf.zeros([0])), 0)
    expectClose(
      contrastiveDivergenceLoss(tf.zeros([0]), tf.zeros([0]), { reduction: 'none', regularization: 1 }),
      [],
    )
    const [data, negatives] = [tf.tensor1d(dataValues), tf.tensor1d(negativeValues)]
    expectNoLeak(() => contrastiveDivergenceLoss(data, negatives, { regularization: 1 }))
    expect(() => contrastiveDivergenceLoss(data, tf.zeros([0]))).toThrow(
      /energyNegatives must be of one row at least/,
    )
    expect(() => contrastiveDivergenceLoss(tf.zeros([0]), data)).toThrow(
      /energyData must be of one row at least/,
    )
    expect(() => contrastiveDivergenceLoss(data, tf.zeros([6]), { reduction: 'none' })).toThrow(/\[κ·4\]/)
    expect(() => contrastiveDivergenceLoss(data, negatives, { regularization: -1 })).toThrow(RangeError)
    expect(() => contrastiveDivergenceLoss(tf.zeros([2, 1]) as unknown as tf.Tensor1D, data)).toThrow(
      /energyData must be float32 \[n\], got float32 \[2, 1\]/,
    )
  })
})
