import { key, normalValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainState, type Energy } from './chain-state.ts'
import { langevinStep } from './langevin-step.ts'

/** Σ (a + 1) x²/2 over axes a: gradient (a + 1) x. */
const quadratic: Energy = x => tf.div(tf.sum(tf.mul(tf.square(x), [1, 2]), 1), 2) as tf.Tensor1D
const start = [0.5, -2, 30, 40]

describeBackends('langevinStep', () => {
  const after = (options: Parameters<typeof langevinStep>[3]) =>
    langevinStep(quadratic, chainState(quadratic, tf.tensor2d(start, [2, 2])), key(7), options).state

  it.each([1, 0.25, 0])('is x − ε²/2 ∇E + ε √T n at temperature %s', temperature => {
    const noise = normalValues(key(7), 4)
    const epsilon = 0.3
    const expected = start.map((x, i) => {
      const drift = (epsilon ** 2 / 2) * (1 + (i % 2)) * x
      return x - drift + epsilon * Math.sqrt(temperature) * noise[i]
    })
    const state = after({ stepSize: epsilon, temperature })
    expectClose(state.position, expected)
    expectClose(
      state.energy,
      [0, 2].map(i => expected[i] ** 2 / 2 + expected[i + 1] ** 2),
    )
    expectClose(
      state.gradient,
      expected.map((x, i) => (1 + (i % 2)) * x),
    )
  })
  it("scales down a chain's gradient beyond the norm allowed, and only that", () => {
    // Gradients (0.5, −4), norm 4.03, and (30, 80), norm 85.44.
    const norm = Math.hypot(30, 80)
    const expected = [0.5 - 0.25, -2 + 2, 30 - 5 * (30 / norm), 40 - 5 * (80 / norm)]
    expectClose(after({ stepSize: 1, temperature: 0, clipGradient: 10 }).position, expected)
  })
  it('clips a gradient whose square overflows, and one of exactly 0', () => {
    const steep: Energy = x => tf.mul(tf.sum(x, 1), 1e25) as tf.Tensor1D
    const at = tf.zeros([1, 1])
    const options = { stepSize: 1, temperature: 0, clipGradient: 4 }
    expectClose(langevinStep(steep, chainState(steep, at), key(1), options).state.position, [-2])
    expectClose(
      langevinStep(quadratic, chainState(quadratic, tf.zeros([1, 2])), key(1), options).state.position,
      [0, 0],
    )
  })
  it('clamps to bounds', () => {
    expectClose(after({ stepSize: 0.1, temperature: 0, bounds: { minimum: -1, maximum: 31 } }).position, [
      0.5 * (1 - 0.005),
      -1,
      30 * (1 - 0.005),
      31,
    ])
  })
  it('case 23: energies of ±1e6 and their gradients stay finite', () => {
    for (const scale of [1e6, -1e6]) {
      const steep: Energy = x => tf.mul(tf.sum(tf.square(x), 1), scale) as tf.Tensor1D
      const { state } = langevinStep(steep, chainState(steep, tf.ones([1, 1])), key(1), {
        stepSize: 1e-4,
        temperature: 0,
      })
      expectClose(state.position, [1 - 0.5e-8 * 2 * scale])
    }
  })
  it('leaves nothing behind', () => {
    const state = chainState(quadratic, tf.ones([2, 2]))
    expectNoLeak(() => ({ ...langevinStep(quadratic, state, key(1), { stepSize: 0.1, clipGradient: 1 }) }))
  })
  it('refuses options that make no step', () => {
    expect(() => after({ stepSize: 0 })).toThrow(
      /^langevinStep: stepSize must be a finite number above 0, got 0$/,
    )
    expect(() => after({ stepSize: 1, temperature: -1 })).toThrow(
      /temperature must be a finite number of at least 0, got -1/,
    )
    expect(() => after({ stepSize: 1, clipGradient: 0 })).toThrow(
      /clipGradient must be a finite number above 0/,
    )
    expect(() => after({ stepSize: 1, bounds: { minimum: 1, maximum: 0 } })).toThrow(
      /bounds\.maximum must be a finite number above 1/,
    )
  })
})
