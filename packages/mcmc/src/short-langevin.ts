import type { RandomKey } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { constant, type Energy, gradientAt } from './chain-state.ts'
import { checkPosition, checkWhole } from './check-arguments.ts'
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
 */
export function shortLangevin(energy: Energy, start: tf.Tensor, options: ShortLangevinOptions): tf.Tensor {
  const where = 'shortLangevin'
  const { steps, key } = options
  checkPosition(where, start)
  checkLangevinStepOptions(where, options)
  checkWhole(where, 'steps', steps, 0)
  let position = tf.clone(start)
  for (let step = 1; step <= steps; step++) {
    const before = position
    position = tf.tidy(() => {
      const gradient = gradientAt(where, energy, before)
      return constant(langevinMove({ position: before, gradient }, foldIn(key, step), options))
    })
    before.dispose()
  }
  return tf.tidy(() => {
    const result = constant(position)
    position.dispose()
    return result
  })
}
