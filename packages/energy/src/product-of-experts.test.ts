import { foldIn, key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { gridLogIntegral } from '@chiaro/test-kit/oracles/grid-log-integral'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { gaussianEnergy } from './gaussian-energy.ts'
import { productOfExperts } from './product-of-experts.ts'
import { studentTExperts } from './student-t-experts.ts'

describeBackends('productOfExperts', () => {
  afterEach(() => tf.disposeVariables())

  it('is the sum of its experts, under their names', () => {
    const experts = [0, 1].map(i => studentTExperts({ dimension: 3 }, foldIn(key(1), i)))
    const product = productOfExperts(experts)
    expect(Object.keys(product.parameters)).toEqual([
      'expert1/features',
      'expert1/logExponents',
      'expert2/features',
      'expert2/logExponents',
    ])
    const x = tf.tensor2d(normalValues(1, 12), [4, 3])
    const [first, second] = experts.map(expert => expert.energy(x).arraySync())
    expectClose(
      product.energy(x),
      first.map((e, i) => e + second[i]),
    )
  })
  it('of Gaussians is the Gaussian of their summed precisions', () => {
    // ½a(x − m)² + ½b(x − n)² = ½(a + b)(x − c)² + ½·ab/(a + b)·(m − n)².
    const [a, m, b, n] = [4, 1, 0.5, -2]
    const product = productOfExperts([
      gaussianEnergy({ dimension: 1, mean: [m], precision: [a] }),
      gaussianEnergy({ dimension: 1, mean: [n], precision: [b] }),
    ])
    const expected = 0.5 * Math.log((2 * Math.PI) / (a + b)) - (0.5 * a * b * (m - n) ** 2) / (a + b)
    const grid = gridLogIntegral(product.energy, { dimension: 1, halfWidth: 10, steps: 500 })
    expectClose(grid, expected)
  })
  it('refuses no expert', () => {
    expect(() => productOfExperts([])).toThrow(/experts must be of length at least 1, got length 0/)
  })
})
