import { checkShape, described, type EnergyModel, typeError } from '@chiaro/core'
import { gradientDepth, withTapeFreed } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** What the samplers draw from, p(x) ∝ exp(−energy(x)): [chains, …event] → [chains] in nats, or a model that has it. */
export type Energy = ((x: tf.Tensor) => tf.Tensor1D) | Pick<EnergyModel, 'energy'>

/** Chains as rows. Its tensors are constants: no gradient reaches the energy's parameters through them. */
export type ChainState = {
  /** [chains, …event] */
  readonly position: tf.Tensor
  /** [chains], in nats */
  readonly energy: tf.Tensor1D
  /** ∇ₓ energy, [chains, …event] */
  readonly gradient: tf.Tensor
}

/**
 * The state of chains at `position`: where a sampler starts. Works inside the loss of a training step as well.
 *
 * @param position [chains, …event], float32; it stays the caller's
 * @throws TypeError for a position without a chain axis or an energy that does not return [chains]
 *
 * @example
 * ```ts
 * import { chainState, langevinStep } from '@chiaro/mcmc'
 * import { foldIn, key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * let state = chainState(energy, normal(key(1), [8, 2]))
 * for (let step = 0; step < 10; step++) {
 *   const before = state
 *   state = langevinStep(energy, before, foldIn(key(2), step), { stepSize: 0.1 }).state
 *   tf.dispose({ ...before })
 * }
 * state.position.print()
 * ```
 */
export function chainState(energy: Energy, position: tf.Tensor): ChainState {
  return stateAt('chainState', energy, position)
}

/** `chainState` under the caller's name. */
export function stateAt(where: string, energy: Energy, position: tf.Tensor): ChainState {
  checkShape(where, { start: position }, ['chains', '…event'])
  return tf.tidy(() => {
    const { value, grad } = withTapeFreed(() =>
      tf.valueAndGrad(x => energyOf(where, energy, x as tf.Tensor))(constant(position)),
    )
    return {
      position: constant(position),
      energy: constant(checkedEnergy(where, value, position)),
      gradient: constant(grad),
    }
  })
}

/** Only ∇ₓ energy, [chains, …event]. */
export function gradientAt(where: string, energy: Energy, position: tf.Tensor): tf.Tensor {
  return tf.tidy(() => constant(stateAt(where, energy, position).gradient))
}

/** Energies of chains, [chains], without gradients. */
export function energiesAt(where: string, energy: Energy, position: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => constant(checkedEnergy(where, energyOf(where, energy, position), position)))
}

export function energyOf(where: string, energy: Energy, x: tf.Tensor): tf.Tensor1D {
  const value: unknown = typeof energy === 'function' ? energy(x) : energy.energy(x)
  if (value instanceof tf.Tensor) return value as tf.Tensor1D
  throw typeError(where, 'energy', 'a function that returns a tensor [chains]', described(value))
}

function checkedEnergy(where: string, value: tf.Tensor1D, { shape: [chains] }: tf.Tensor): tf.Tensor1D {
  if (value.rank === 1 && value.size === chains) return value
  const expected = `a function that returns [${chains}], one number a chain`
  throw typeError(where, 'energy', expected, described(value))
}

/**
 * x cut off from whatever computed it. Unlike a stop-gradient it takes no input, so that a tape around it ends here
 * and the backward pass of a training step does not run through the chain's steps for zeros.
 */
export function constant<T extends tf.Tensor>(x: T): T {
  if (gradientDepth() === 0) return tf.clone(x)
  return tf.customGrad(() => ({ value: tf.clone(x), gradFunc: () => [] }))() as T
}
