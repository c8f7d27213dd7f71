import { foldIn, key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  expectWithin,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { restrictedBoltzmannEnergy } from './restricted-boltzmann-energy.ts'

const bits = (state: number, units: number) => Array.from({ length: units }, (_, j) => (state >> j) & 1)
const states = (units: number) => Array.from({ length: 2 ** units }, (_, state) => bits(state, units))

/** Weights, visible and hidden biases that make a machine of some structure. */
function values(visible: number, hidden: number) {
  return {
    W: normalValues(1, visible * hidden),
    b: normalValues(2, visible, 0.5),
    c: normalValues(3, hidden, 0.5),
  }
}

function machine(visible: number, hidden: number) {
  const model = restrictedBoltzmannEnergy({ visible, hidden }, key(1))
  const { W, b, c } = values(visible, hidden)
  model.parameters.weights.assign(tf.tensor2d(W, [visible, hidden]))
  model.parameters.visibleBias.assign(tf.tensor1d(b))
  model.parameters.hiddenBias.assign(tf.tensor1d(c))
  return model
}

/** log Σ_h exp(bᵀv + cᵀh + vᵀWh), every pair of layers in float64. */
function logWeight(v: readonly number[], W: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>) {
  const joint = states(c.length).map(h => {
    let log = 0
    for (const [i, on] of v.entries()) {
      log += on * b[i]
      for (const [j, up] of h.entries()) log += on * W[i * c.length + j] * up
    }
    return h.reduce((sum, up, j) => sum + up * c[j], log)
  })
  return Math.log(joint.reduce((sum, log) => sum + Math.exp(log), 0))
}

function logPartition(visible: number, W: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>) {
  return Math.log(states(visible).reduce((sum, v) => sum + Math.exp(logWeight(v, W, b, c)), 0))
}

describeBackends('restrictedBoltzmannEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('sums its hidden units out', () => {
    const { W, b, c } = values(4, 3)
    const expected = states(4).map(v => -logWeight(v, W, b, c))
    expectClose(machine(4, 3).energy(tf.tensor2d(states(4))), expected)
  })
  it.each([
    [5, 3],
    [3, 5],
  ])(
    'has the log partition of enumeration with its gradients, %i visible and %i hidden',
    (visible, hidden) => {
      const model = machine(visible, hidden)
      const { W, b, c } = values(visible, hidden)
      const f = (...[w, v, h]: Float64Array[]) => logPartition(visible, w, v, h)
      expectClose(model.exactLogPartition(), logPartition(visible, W, b, c))
      const { grads } = tf.variableGrads(model.exactLogPartition)
      const expected = numericalGradient(f, [W, b, c])
      for (const [i, name] of ['weights', 'visibleBias', 'hiddenBias'].entries()) {
        expectClose(grads[model.parameters[name].name], expected[i], { relative: 1e-4, what: name })
      }
    },
  )
  it('sums 2¹² states, in several chunks: independent units have Z = Π(1 + exp b)·2^hidden', () => {
    const model = restrictedBoltzmannEnergy({ visible: 12, hidden: 13, deviation: 0 }, key(1))
    const b = normalValues(4, 12)
    model.parameters.visibleBias.assign(tf.tensor1d(b))
    const expected = b.reduce((sum, bias) => sum + Math.log1p(Math.exp(bias)), 13 * Math.LN2)
    expectClose(model.exactLogPartition(), expected)
    const { grads } = tf.variableGrads(model.exactLogPartition)
    const name = model.parameters.visibleBias.name
    expectClose(
      grads[name],
      Array.from(b, bias => 1 / (1 + Math.exp(-bias))),
    )
  })
  it.each([
    [3, 2],
    [2, 3],
  ])(
    'draws rows with their probabilities, %i visible and %i hidden, and Gibbs steps keep them',
    (visible, hidden) => {
      const n = 20_000
      const model = machine(visible, hidden)
      const { W, b, c } = values(visible, hidden)
      const logZ = logPartition(visible, W, b, c)
      const drawn = model.sample(key(5), n) as tf.Tensor2D
      for (const rows of [drawn, model.gibbsStep(key(6), drawn)]) {
        const list = rows.arraySync()
        for (const v of states(visible)) {
          const p = Math.exp(logWeight(v, W, b, c) - logZ)
          const share = list.filter(row => row.every((value, i) => value === v[i])).length / n
          expectWithin(share, p, Math.sqrt((p * (1 - p)) / n))
        }
      }
    },
  )
  it('reaches its distribution by Gibbs steps from zeros', () => {
    const n = 4000
    const model = machine(3, 2)
    const { W, b, c } = values(3, 2)
    const logZ = logPartition(3, W, b, c)
    let v = tf.zeros([n, 3]) as tf.Tensor2D
    for (let step = 0; step < 40; step++) v = model.gibbsStep(foldIn(key(9), step), v)
    const on = tf.mean(v, 0).dataSync()
    for (const i of [0, 1, 2]) {
      const p = states(3).reduce((sum, row) => sum + row[i] * Math.exp(logWeight(row, W, b, c) - logZ), 0)
      expectWithin(on[i], p, Math.sqrt((p * (1 - p)) / n))
    }
  })
  it('moves some rows as they move among all', () => {
    const model = machine(4, 3)
    const v = tf.cast(tf.greater(tf.randomUniform([5, 4], 0, 1, 'float32', 1), 0.5), 'float32')
    const places = [3, 0]
    const some = (x: tf.Tensor) => tf.gather(x, tf.tensor1d(places, 'int32'))
    const part = model.gibbsStep(key(2), some(v), { rows: places })
    expect(part.arraySync()).toEqual(some(model.gibbsStep(key(2), v)).arraySync())
  })
  it('case 23: biases of ±1e6 stay finite', () => {
    const model = restrictedBoltzmannEnergy({ visible: 2, hidden: 2 }, key(1))
    model.parameters.visibleBias.assign(tf.tensor1d([1e6, -1e6]))
    model.parameters.hiddenBias.assign(tf.tensor1d([1e6, -1e6]))
    expectClose(model.energy(tf.tensor2d([[1, 1]])), -1e6, { relative: 1e-6 })
    expectClose(model.exactLogPartition(), 2e6, { relative: 1e-6 })
  })
  it('keeps no tensor and refuses what does not fit', () => {
    const model = machine(4, 3)
    expectNoLeak(() => {
      const { value, grads } = tf.variableGrads(model.exactLogPartition)
      return [value, ...Object.values(grads)]
    })
    const large = restrictedBoltzmannEnergy({ visible: 21, hidden: 21 }, key(1))
    expect(large.exactLogPartition).toThrow(
      /exactLogPartition: the smaller layer must be at most 20 units, got 21/,
    )
    expect(() => large.sample(key(1), 1)).toThrow(/sample: the smaller layer/)
    expect(() => model.energy(tf.zeros([1, 3]))).toThrow(
      /energy: x must be float32 \[batch, 4\], got float32 \[1, 3\]/,
    )
    expect(() => model.gibbsStep(key(1), tf.zeros([3]))).toThrow(/gibbsStep: v must be float32 \[batch, 4\]/)
    expect(() => restrictedBoltzmannEnergy({ visible: 1.5, hidden: 1 }, key(1))).toThrow(
      /visible must be an integer of at least 1, got 1.5/,
    )
    expect(() => restrictedBoltzmannEnergy({ visible: 1, hidden: 1, deviation: -1 }, key(1))).toThrow(
      /deviation must be a finite number of at least 0, got -1/,
    )
  })
})
