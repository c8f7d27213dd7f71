import { foldIn, key, normal } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, expectWithin } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainState, type Energy } from './chain-state.ts'
import { langevinStep } from './langevin-step.ts'
import { halfSquare } from './laws-in-test.ts'
import { shortLangevin } from './short-langevin.ts'

describeBackends('shortLangevin', () => {
  it('is k steps of langevinStep, with foldIn(key, 1 … k)', () => {
    const start = tf.tensor2d([1, -2, 3, 0.5], [2, 2])
    const options = { stepSize: 0.4, clipGradient: 2, bounds: { minimum: -2, maximum: 2 } }
    let state = chainState(halfSquare, start)
    for (let step = 1; step <= 4; step++)
      state = langevinStep(halfSquare, state, foldIn(key(3), step), options).state
    expectClose(shortLangevin(halfSquare, start, { ...options, steps: 4, key: key(3) }), state.position, {
      absolute: 0,
      relative: 0,
    })
    expectClose(shortLangevin(halfSquare, start, { ...options, steps: 0, key: key(3) }), start)
  })
  it.each([0.5, 1])("has unadjusted Langevin's stationary variance 1/(1 − ε²/4) at ε = %s", stepSize => {
    const expected = 1 / (1 - stepSize ** 2 / 4)
    const [chains, steps] = [20_000, Math.ceil(8 / stepSize ** 2)]
    const start = tf.zeros([chains, 1])
    const end = shortLangevin(halfSquare, start, { stepSize, steps, key: key(5) })
    // From 0 the variance is the fixed point's times 1 − (1 − ε²/2)^2k.
    const reached = expected * (1 - (1 - stepSize ** 2 / 2) ** (2 * steps))
    const second = tf.mean(tf.square(end)).dataSync()[0]
    expectWithin(second, reached, reached * Math.sqrt(2 / chains), 3)
    // And is not 1, what the energy says: the test tells the two apart.
    expect(Math.abs(second - 1)).toBeGreaterThan(3 * Math.sqrt(2 / chains))
  })
  it.each([
    [0.3, 1.02357],
    [0.5, 1.0718],
  ])(
    'keeps the variance of unit data at contrastive divergence’s fixed point: ε = %s, precision %s',
    (stepSize, precision) => {
      // (2/ε²)(1 − √(1 − ε²)), for every k: there (1 − ε²λ/2)² + ε² = 1.
      const chains = 20_000
      const energy: Energy = x => tf.mul(halfSquare(x), precision)
      const data = normal(key(6), [chains, 1])
      for (const steps of [1, 12]) {
        const end = shortLangevin(energy, data, { stepSize, steps, key: key(7) })
        expectWithin(tf.mean(tf.square(end)).dataSync()[0], 1, Math.sqrt(2 / chains), 3)
      }
    },
  )
  it('in a loss lets the gradient through to the parameters by the energies only', () => {
    // CD: ∂/∂w [w x²/2 − w y²/2] with y a constant, though y came from w.
    const data = tf.tensor2d([1, 2, 3], [3, 1])
    let negatives: Float32Array | undefined
    const { value, grads } = tf.valueAndGrads(w => {
      const energy: Energy = x => tf.mul(w as tf.Tensor, halfSquare(x))
      const y = shortLangevin(energy, data, { stepSize: 0.5, steps: 3, key: key(2) })
      negatives = y.dataSync() as Float32Array
      return tf.sub(tf.mean(energy(data)), tf.mean(energy(y)))
    })([tf.scalar(1.5)])
    const half = (rows: ArrayLike<number>) => Array.from(rows).reduce((sum, x) => sum + x ** 2 / 6, 0)
    const expected = half([1, 2, 3]) - half(negatives ?? [])
    expectClose(grads[0], expected, { relative: 1e-4 })
    expectClose(value, 1.5 * expected, { relative: 1e-4 })
  })
  it('keeps one tensor, inside a loss none, over 200 steps', () => {
    const start = tf.ones([4, 2])
    expectNoLeak(() => shortLangevin(halfSquare, start, { stepSize: 0.1, steps: 200, key: key(1) }))
    const loss = tf.grad(w => {
      const energy: Energy = x => tf.mul(w, tf.sum(tf.square(x), 1)) as tf.Tensor1D
      return tf.mean(energy(shortLangevin(energy, start, { stepSize: 0.1, steps: 10, key: key(1) })))
    })
    const w = tf.scalar(1)
    expectNoLeak(() => loss(w))
  })
  it('refuses what is no number of steps', () => {
    const run = (steps: number) =>
      shortLangevin(halfSquare, tf.ones([1, 1]), { stepSize: 1, steps, key: key(1) })
    expect(() => run(-1)).toThrow(/^shortLangevin: steps must be an integer of at least 0, got -1$/)
    expect(() => run(1.5)).toThrow(RangeError)
  })
})
