import { type Encoder, newVariables } from '@chiaro/core'
import { key, normal } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { separableCritic } from './separable-critic.ts'

/** x·kernel, an encoder of one layer. */
function linear(inputs: number, seed: number): Encoder {
  const variables = newVariables()
  const kernel = variables.parameter('kernel', normal(key(seed), [inputs, 3]) as tf.Tensor2D)
  return {
    parameters: variables.parameters,
    buffers: {},
    embed: x => tf.matMul(x as tf.Tensor2D, kernel),
  }
}

describeBackends('separableCritic', () => {
  afterEach(() => tf.disposeVariables())

  it('is φ(x)ᵀψ(y)/τ, with gradients for both towers', () => {
    const [phi, psi] = [linear(2, 1), linear(4, 2)]
    const critic = separableCritic(phi, psi, { temperature: 0.5 })
    expect(Object.keys(critic.parameters)).toEqual(['x/kernel', 'y/kernel'])
    const x = tf.tensor2d(normalValues(1, 6), [3, 2])
    const y = tf.tensor2d(normalValues(2, 20), [5, 4])
    const [u, v] = [phi.embed(x).arraySync(), psi.embed(y).arraySync()]
    const expected = u.flatMap(a => v.map(b => 2 * a.reduce((sum, value, i) => sum + value * b[i], 0)))
    expectClose(critic.logits(x, y), expected)
    expect(critic.logits(x, y).shape).toEqual([3, 5])
    const { grads } = tf.variableGrads(() => tf.sum(critic.logits(x, y)) as tf.Scalar)
    // d/dK Σ (xK)·ψ(y)/τ = (Σx)(Σψ(y))ᵀ/τ.
    const sums = tf.mul(
      tf.matMul(tf.sum(x, 0, true) as tf.Tensor2D, tf.sum(psi.embed(y), 0, true) as tf.Tensor2D, true),
      2,
    )
    expectClose(grads[phi.parameters.kernel.name], sums)
    expect(grads[psi.parameters.kernel.name].shape).toEqual([4, 3])
    expectNoLeak(() => critic.logits(x, y))
  })
  it("shares one encoder's own names", () => {
    const phi = linear(2, 3)
    expect(separableCritic(phi, phi).parameters).toBe(phi.parameters)
  })
  it('refuses a temperature that is not positive', () => {
    const phi = linear(2, 4)
    expect(() => separableCritic(phi, phi, { temperature: 0 })).toThrow(
      /temperature must be a finite number above 0, got 0/,
    )
  })
})
