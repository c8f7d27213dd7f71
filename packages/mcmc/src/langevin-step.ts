import { checkNumber, type RandomKey } from '@chiaro/core'
import { normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Moved } from './chain-loop.ts'
import { type ChainState, type Energy, stateAt } from './chain-state.ts'
import { finiteChains } from './select-chains.ts'

export interface LangevinStepOptions {
  /** ε, the noise's standard deviation at temperature 1; the drift is ε²/2 times the gradient. */
  readonly stepSize: number
  /** T: the chain heads for exp(−energy/T). 0 is gradient descent. Default 1. */
  readonly temperature?: number
  /** A chain's gradient whose norm is above this is scaled down to it. Default: none is. */
  readonly clipGradient?: number
  /** Positions are clamped to these after each step (pictures in 0…1), which piles mass up there. Default: none. */
  readonly bounds?: { readonly minimum: number; readonly maximum: number }
}

/** What there is to say of a step without a test. */
export type LangevinStepInfo = {
  /** Whether a chain's position, energy and gradient are finite, bool [chains]. */
  readonly finite: tf.Tensor1D
}

/**
 * One step of the unadjusted Langevin algorithm (Roberts and Tweedie 1996):
 *
 *   x' = x − (ε²/2) ∇energy(x) + ε √T n,  n ~ N(0, 1)
 *
 * It has no Metropolis test, so its stationary law is off by O(ε²): for energy x²/2 the variance is 1/(1 − ε²/4).
 *
 * @param state [chains, …event], from `chainState` or an earlier step; it stays the caller's
 * @param key one a step, as foldIn(key, step)
 * @returns the new state; no gradient flows through it
 * @throws RangeError for a step size that is not positive, a negative temperature, bounds out of order
 */
export function langevinStep(
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: LangevinStepOptions,
): Moved<ChainState, LangevinStepInfo> {
  checkLangevinStepOptions('langevinStep', options)
  return unadjustedStep('langevinStep', energy, state, key, options)
}

/** `langevinStep` under the caller's name, its options checked before. */
export function unadjustedStep(
  where: string,
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: LangevinStepOptions,
): Moved<ChainState, LangevinStepInfo> {
  return tf.tidy(() => {
    const moved = stateAt(where, energy, langevinMove(state, key, options))
    return { state: moved, info: { finite: finiteChains(moved) } }
  })
}

/** The position after a step, given position and gradient before it. */
export function langevinMove(
  { position, gradient }: Pick<ChainState, 'position' | 'gradient'>,
  key: RandomKey,
  { stepSize, temperature = 1, clipGradient, bounds }: LangevinStepOptions,
): tf.Tensor {
  return tf.tidy(() => {
    const slope = clipGradient === undefined ? gradient : clippedByChain(gradient, clipGradient)
    const drifted = tf.sub(position, tf.mul(slope, stepSize ** 2 / 2))
    const spread = stepSize * Math.sqrt(temperature)
    const moved = spread === 0 ? drifted : tf.add(drifted, tf.mul(normal(key, position.shape), spread))
    return bounds === undefined ? moved : tf.clipByValue(moved, bounds.minimum, bounds.maximum)
  })
}

/** Each chain's gradient, its norm at most `largest`. Divided by its largest entry first: squares overflow. */
function clippedByChain(gradient: tf.Tensor, largest: number): tf.Tensor {
  const chains = gradient.shape[0]
  const rows = tf.reshape(gradient, [chains, -1])
  const peak = tf.maximum(tf.max(tf.abs(rows), 1, true), 1e-30)
  const unit = tf.div(rows, peak)
  const norm = tf.mul(tf.sqrt(tf.sum(tf.square(unit), 1, true)), peak)
  return tf.reshape(tf.mul(unit, tf.mul(peak, tf.minimum(1, tf.div(largest, norm)))), gradient.shape)
}

/** @throws RangeError naming the option */
export function checkLangevinStepOptions(where: string, options: LangevinStepOptions): void {
  const { stepSize, temperature = 1, clipGradient, bounds } = options
  checkNumber(where, { stepSize }, { above: 0 })
  checkNumber(where, { temperature }, { least: 0 })
  if (clipGradient !== undefined) checkNumber(where, { clipGradient }, { above: 0 })
  if (bounds !== undefined) {
    checkNumber(where, { 'bounds.minimum': bounds.minimum })
    checkNumber(where, { 'bounds.maximum': bounds.maximum }, { above: bounds.minimum })
  }
}
