import { checkInteger, checkShape, type RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { chainLoop } from './chain-loop.ts'
import { constant, type Energy, gradientAt } from './chain-state.ts'
import { checkLangevinStepOptions, type LangevinStepOptions, langevinMove } from './langevin-step.ts'

export interface ShortLangevinOptions extends LangevinStepOptions {
  /** k of contrastive divergence. */
  readonly steps: number
  /** Step i draws from foldIn(key, i), i = 1 … k. */
  readonly key: RandomKey
}

/**
 * The negatives of contrastive divergence: k Langevin steps (see `langevinStep`) at once, without reading anything from
 * the device, for use in the loss of a training step. Takes k gradients and returns constants: the loss's gradient
 * does not run through the chain.
 *
 * Nothing looks at the values. Where a chain may diverge, watch the loss (`fit` does) or use `langevin`.
 *
 * @param start [chains, …event], stays the caller's
 * @returns [chains, …event]
 * @throws TypeError or RangeError for arguments, as `langevin`
 *
 * @example
 * ```ts
 * import { shortLangevin } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const data = normal(key(1), [32, 2])
 * const negatives = shortLangevin(energy, data, { steps: 10, stepSize: 0.1, key: key(2) })
 * console.log(negatives.shape) // what contrastive divergence takes
 * ```
 */
export function shortLangevin(energy: Energy, start: tf.Tensor, options: ShortLangevinOptions): tf.Tensor {
  const where = 'shortLangevin'
  const { steps, key } = options
  checkShape(where, { start: start }, ['chains', '…event'])
  checkLangevinStepOptions(where, options)
  checkInteger(where, { steps }, { least: 0 })
  const kernel = ({ position }: { readonly position: tf.Tensor }, stepKey: RandomKey) => {
    const gradient = gradientAt(where, energy, position)
    const moved = constant(langevinMove({ position, gradient }, stepKey, options))
    return { state: { position: moved }, info: undefined }
  }
  let end!: tf.Tensor
  for (const { step, state } of chainLoop({ position: tf.clone(start) }, kernel, { key, steps })) {
    if (step === steps) end = tf.tidy(() => constant(state.position))
  }
  return end
}
