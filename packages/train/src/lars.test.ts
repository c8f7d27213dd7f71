import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { lars } from './lars.ts'
import type { Optimizer, Tensors } from './optimizer.ts'

function run(
  optimizer: Optimizer,
  name: string,
  initial: ArrayLike<number>,
  gradients: ArrayLike<number>[],
  rate: number,
) {
  const shape = name.endsWith('bias') ? [initial.length] : [2, initial.length / 2]
  let parameter = tf.tensor(Array.from(initial), shape)
  let state: Tensors = optimizer.init({ [name]: parameter as tf.Variable })
  gradients.forEach((gradient, i) => {
    const values = { [name]: tf.tensor(Array.from(gradient), shape) }
    const next = optimizer.update({ [name]: parameter as tf.Variable }, values, state, {
      step: i + 1,
      learningRate: rate,
    })
    parameter = next.parameters[name]
    state = next.state
  })
  return parameter
}

/** The docstring's recursion in float64. */
function reference(
  initial: ArrayLike<number>,
  gradients: ArrayLike<number>[],
  rate: number,
  adapted: boolean,
  decay = 1e-6,
) {
  let theta = Array.from(initial)
  let u = theta.map(() => 0)
  for (const gradient of gradients) {
    const g = theta.map((x, i) => gradient[i] + (adapted ? decay * x : 0))
    const [a, b] = [Math.hypot(...theta), Math.hypot(...g)]
    const ratio = adapted && a > 0 && b > 0 ? (1e-3 * a) / b : 1
    u = u.map((v, i) => 0.9 * v + rate * ratio * g[i])
    theta = theta.map((x, i) => x - u[i])
  }
  return theta
}

describeBackends('lars', () => {
  const initial = normalValues(1, 6)
  const gradients = Array.from({ length: 20 }, (_, i) => normalValues(10 + i, 6, 30))

  it('equals a float64 loop over 20 steps, adapted and not', () => {
    expectClose(run(lars(), 'a/kernel', initial, gradients, 5), reference(initial, gradients, 5, true))
    expectClose(run(lars(), 'a/bias', initial, gradients, 0.01), reference(initial, gradients, 0.01, false))
    const decayed = run(lars({ weightDecay: 3 }), 'a/kernel', initial, gradients, 5)
    expectClose(decayed, reference(initial, gradients, 5, true, 3))
  })

  it('does not see the scale of the gradient', () => {
    const larger = gradients.map(gradient => gradient.map(g => 1000 * g))
    const [a, b] = [gradients, larger].map(g => run(lars({ weightDecay: 0 }), 'w', initial, g, 5).dataSync())
    expectClose(a, b)
  })

  it('moves where parameters or gradients are all 0, and stays finite', () => {
    expectClose(run(lars(), 'w', [0, 0], [[1, -2]], 0.1), [-0.1, 0.2])
    expectClose(run(lars({ weightDecay: 0 }), 'w', [1, 2], [[0, 0]], 0.1), [1, 2])
  })

  it('leaves no tensor behind, and names wrong options', () => {
    const w = tf.ones([2, 2]) as unknown as tf.Variable
    const optimizer = lars()
    expectNoLeak(() => {
      const state = optimizer.init({ w })
      const next = optimizer.update({ w }, { w }, state, { step: 1, learningRate: 0.1 })
      tf.dispose(state as tf.TensorContainer)
      return [next.parameters, next.state] as tf.TensorContainer
    })
    expect(() => lars({ momentum: 1 })).toThrow(/momentum must be a number of at least 0 and below 1, got 1/)
    expect(() => lars({ trustCoefficient: 0 })).toThrow(/trustCoefficient must be a finite number above 0/)
    expect(() => lars({ weightDecay: -1 })).toThrow(/weightDecay/)
  })
})
