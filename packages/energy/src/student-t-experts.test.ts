import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { gridLogIntegral } from '@chiaro/test-kit/oracles/grid-log-integral'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { studentTExperts } from './student-t-experts.ts'

describeBackends('studentTExperts', () => {
  afterEach(() => tf.disposeVariables())

  it('is Σ α log(1 + ½(wᵀx)²)', () => {
    const model = studentTExperts({ dimension: 2, experts: 3, exponent: 1.5 }, key(1))
    const w = model.parameters.features.arraySync() as number[][]
    const x = normalValues(2, 10, 3)
    const expected = Array.from({ length: 5 }, (_, row) =>
      w.reduce((sum, [u, v]) => sum + 1.5 * Math.log1p((u * x[2 * row] + v * x[2 * row + 1]) ** 2 / 2), 0),
    )
    expectClose(model.energy(tf.tensor2d(x, [5, 2])), expected)
  })
  it('of one expert in one dimension is a Student t: Z = √(2π)·Γ(α − ½)/(Γ(α)·|w|)', () => {
    const model = studentTExperts({ dimension: 1, exponent: 3 }, key(2))
    model.parameters.features.assign(tf.tensor2d([[2]]))
    // Γ(2.5) = ¾√π, Γ(3) = 2.
    const Z = (Math.sqrt(2 * Math.PI) * 0.75 * Math.sqrt(Math.PI)) / 2 / 2
    const grid = gridLogIntegral(model.energy, { dimension: 1, halfWidth: 200, steps: 20_000 })
    expectClose(grid, Math.log(Z), { absolute: 1e-5 })
  })
  it('refuses what does not fit', () => {
    expect(() => studentTExperts({ dimension: 2, experts: 0 }, key(1))).toThrow(
      /experts must be an integer of at least 1, got 0/,
    )
    expect(() => studentTExperts({ dimension: 2, exponent: -1 }, key(1))).toThrow(
      /exponent must be a finite number above 0/,
    )
    expect(() => studentTExperts({ dimension: 2 }, key(1)).energy(tf.zeros([2]))).toThrow(
      /x must be float32 \[batch, 2\], got float32 \[2\]/,
    )
  })
})
