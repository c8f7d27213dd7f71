import { typeError } from '@chiaro/core'
import { withTapeFreed } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** [n, …event] → [n] in nats, low where x is probable: an energy model's `energy`. */
export type EnergyFunction = (x: tf.Tensor) => tf.Tensor1D

/** ∇_x log p(x) = −∇_x E(x), like x; differentiable with respect to x and to the energy's parameters. */
export function score(where: string, energy: EnergyFunction, x: tf.Tensor): tf.Tensor {
  const total = (at: tf.Tensor) => {
    const energies = energy(at)
    if (energies.rank !== 1 || energies.size !== x.shape[0]) {
      const actual = `[${energies.shape.join(', ')}]`
      throw typeError(where, 'energy', `a function to [${x.shape[0]}], one energy a row`, actual)
    }
    return tf.neg(tf.sum(energies))
  }
  return withTapeFreed(() => tf.grad(total)(x))
}

/** The score and ∇_x(v·score), its derivative along `direction`: log p's Hessian times v, as it is symmetric. */
export function scoreAlong(
  where: string,
  energy: EnergyFunction,
  x: tf.Tensor,
  direction: tf.Tensor,
): { readonly score: tf.Tensor; readonly derivative: tf.Tensor } {
  const { value, grad } = withTapeFreed(() => tf.valueAndGrad(at => score(where, energy, at))(x, direction))
  return { score: value, derivative: grad }
}

/** Σ over each row's event, [n, …event] → [n]. */
export function sumOfEvent(values: tf.Tensor): tf.Tensor {
  const n = values.shape[0]
  return tf.sum(tf.reshape(values, [n, n === 0 ? 1 : values.size / n]), 1)
}
