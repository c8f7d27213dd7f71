import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { adamW } from './adamw.ts'
import { lars } from './lars.ts'
import type { Optimizer, Tensors } from './optimizer.ts'
import { sgd } from './sgd.ts'

/** Runs an optimiser on given gradients; `after` sees the parameter after each step. */
function run(
  optimizer: Optimizer,
  name: string,
  initial: tf.Tensor,
  gradients: readonly Float32Array[],
  learningRate: number,
  gradientScale?: number,
): Float32Array {
  const variable = tf.variable(initial)
  let state: Tensors = optimizer.init({ [name]: variable })
  gradients.forEach((values, i) => {
    const gradient = tf.tensor(values, initial.shape)
    const options = { step: i + 1, learningRate, gradientScale }
    const next = optimizer.update({ [name]: variable }, { [name]: gradient }, state, options)
    variable.assign(next.parameters[name])
    state = next.state
  })
  const values = variable.dataSync().slice() as Float32Array
  variable.dispose()
  return values
}

/** AdamW from the paper, one number at a time, in float64. */
function adamWReference(
  theta: number,
  gradients: number[],
  rate: number,
  decay: number,
  [b1, b2, eps]: number[],
) {
  let [m, v] = [0, 0]
  gradients.forEach((g, i) => {
    const t = i + 1
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    const mHat = m / (1 - b1 ** t)
    const vHat = v / (1 - b2 ** t)
    theta = theta - rate * (mHat / (Math.sqrt(vHat) + eps) + decay * theta)
  })
  return theta
}

describeBackends('adamW', () => {
  const initial = normalValues(1, 6)
  const gradients = Array.from({ length: 30 }, (_, i) => normalValues(10 + i, 6, 3))
  const column = (i: number) => gradients.map(values => values[i])

  it('equals a float64 loop of the paper over 30 steps, defaults and not', () => {
    const plain = run(adamW(), 'a/kernel', tf.tensor(initial, [2, 3]), gradients, 0.01)
    expectClose(
      plain,
      Array.from(initial, (x, i) => adamWReference(x, column(i), 0.01, 0.01, [0.9, 0.999, 1e-8])),
    )
    const options = { beta1: 0.8, beta2: 0.98, epsilon: 1e-3, weightDecay: 0.2 }
    const clip = run(adamW(options), 'a/kernel', tf.tensor(initial, [2, 3]), gradients, 0.05)
    expectClose(
      clip,
      Array.from(initial, (x, i) => adamWReference(x, column(i), 0.05, 0.2, [0.8, 0.98, 1e-3])),
    )
  })

  it('moves by the learning rate at its first step, whatever the gradient', () => {
    const moved = run(adamW({ weightDecay: 0 }), 'x', tf.tensor1d([1, 1]), [Float32Array.of(1e-3, -50)], 0.1)
    expectClose(moved, [0.9, 1.1], { relative: 1e-4 })
  })

  it.each([
    ['block1/kernel', [2, 3], true],
    ['text/embedding', [2, 3], true],
    ['block1/bias', [6], false],
    ['conv/bias', [1, 1, 6], false],
    ['block1/gamma', [6], false],
    ['layerNorm/kernel', [2, 3], false],
    ['logitScale/logarithm', [1, 6], false],
  ])('decays %s of shape %j by default: %s', (name, shape, decays) => {
    const zero = [new Float32Array(6)]
    const result = run(adamW({ weightDecay: 0.5 }), name, tf.ones(shape), zero, 0.1)
    expectClose(result, new Float32Array(6).fill(decays ? 0.95 : 1))
    const all = run(adamW({ weightDecay: 0.5, decay: () => true }), name, tf.ones(shape), zero, 0.1)
    expectClose(all, new Float32Array(6).fill(0.95))
  })

  it('names its state for checkpoints', () => {
    const variable = tf.variable(tf.ones([2]))
    expect(Object.keys(adamW().init({ 'a/b': variable }))).toEqual(['firstMoment/a/b', 'secondMoment/a/b'])
    variable.dispose()
  })

  it('says which option is wrong', () => {
    expect(() => adamW({ beta1: 1 })).toThrow(
      'adamW: beta1 must be a number of at least 0 and below 1, got 1',
    )
    expect(() => adamW({ epsilon: 0 })).toThrow('epsilon')
    expect(() => adamW({ weightDecay: -1 })).toThrow('weightDecay')
  })
})

describeBackends('sgd', () => {
  /** Descends x²·curvature/2 from x = 1. */
  function descend(optimizer: Optimizer, curvature: number, rate: number, steps: number): number {
    const x = tf.variable<tf.Rank>(tf.tensor([1]))
    let state: Tensors = optimizer.init({ x })
    for (let step = 1; step <= steps; step++) {
      const next = optimizer.update({ x }, { x: tf.mul(x, curvature) }, state, { step, learningRate: rate })
      x.assign(next.parameters.x)
      state = next.state
    }
    const [value] = x.dataSync()
    x.dispose()
    return value
  }

  it('shrinks a quadratic by (1 − η·c) a step', () => {
    expectClose(descend(sgd(), 3, 0.1, 12), 0.7 ** 12)
  })

  it('follows the characteristic roots of the heavy ball', () => {
    // x_{t+1} = (1 + μ − η·c)·x_t − μ·x_{t−1}, x_0 = 1, x_{−1} = 1: a linear recurrence.
    const [mu, rate, c] = [0.8, 0.1, 3]
    const expected = [1, 1]
    for (let t = 0; t < 12; t++) expected.push((1 + mu - rate * c) * expected[t + 1] - mu * expected[t])
    expectClose(descend(sgd({ momentum: mu }), c, rate, 12), expected[13])
  })

  it('looks ahead with Nesterov', () => {
    const [mu, rate, c] = [0.8, 0.1, 3]
    let [x, u] = [1, 0]
    for (let t = 0; t < 12; t++) {
      u = mu * u + c * x
      x -= rate * (c * x + mu * u)
    }
    expectClose(descend(sgd({ momentum: mu, nesterov: true }), c, rate, 12), x)
  })

  it('adds decay to the gradient and scales the gradient alone', () => {
    const gradient = [Float32Array.of(4, 0, 0, 0)]
    const result = run(sgd({ weightDecay: 0.5 }), 'kernel', tf.ones([2, 2]), gradient, 0.1, 0.25)
    expectClose(result, [1 - 0.1 * (1 + 0.5), 0.95, 0.95, 0.95])
  })

  it('says which option is wrong', () => {
    expect(() => sgd({ nesterov: true })).toThrow('sgd: nesterov needs a momentum above 0, got momentum 0')
    expect(() => sgd({ momentum: 1 })).toThrow('momentum')
    expect(() => sgd({ weightDecay: -1 })).toThrow('weightDecay')
  })
})

describeBackends('a factor on the learning rate', () => {
  it.each<[string, Optimizer]>([
    ['adamW', adamW({ weightDecay: 0.5 })],
    ['sgd', sgd({ momentum: 0.9, weightDecay: 0.5 })],
    ['lars', lars({ weightDecay: 0.5 })],
  ])('of %s moves each parameter as that rate alone does', (_, optimizer) => {
    const names = ['a/kernel', 'b/kernel', 'c/kernel']
    const factors = [1, 0.1, 1]
    const shape = [2, 2]
    const variables = names.map((_, i) => tf.variable(tf.tensor(normalValues(i, 4), shape)))
    const gradients = names.map((_, i) => tf.tensor(normalValues(9 + i, 4), shape))
    const of = (values: readonly tf.Tensor[]) => Object.fromEntries(names.map((name, i) => [name, values[i]]))
    const parameters = of(variables) as Record<string, tf.Variable>
    const rateFactor = (name: string) => factors[names.indexOf(name)]
    const options = { step: 1, learningRate: 0.1, rateFactor }
    const { parameters: moved, state } = optimizer.update(
      parameters,
      of(gradients),
      optimizer.init(parameters),
      options,
    )
    for (const [i, name] of names.entries()) {
      const alone = optimizer.update(
        { [name]: variables[i] },
        { [name]: gradients[i] },
        optimizer.init({ [name]: variables[i] }),
        { step: 1, learningRate: 0.1 * factors[i] },
      )
      expectClose(moved[name], alone.parameters[name].dataSync())
      for (const [part, value] of Object.entries(alone.state)) expectClose(state[part], value.dataSync())
    }
    for (const variable of variables) variable.dispose()
  })
})
