import type { EnergyModel } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** What is tilted: any density one can evaluate, a noise distribution for instance. */
export interface BaseDensity {
  /** [batch, …event] → [batch], in nats. */
  logProb(x: tf.Tensor): tf.Tensor1D
}

/**
 * A base density tilted by an energy: E(x) = E_tilt(x) − log q(x), that is p(x) ∝ q(x)·exp(−E_tilt(x)). The base gives
 * the tails, so that Z = E_q[exp(−E_tilt)] is finite for any tilt that grows slowly enough; with the noise of NCE as
 * base, the log ratio to the noise is −E_tilt − log Z.
 *
 * The base is taken as it is: it has no parameters here, but gradients in x go through it.
 *
 * @example
 * ```ts
 * import { mlpEnergy, tiltedEnergy } from '@chiaro/energy'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // N(0, I), bent by a network: its tails keep Z finite.
 * const base = {
 *   logProb: (x: tf.Tensor): tf.Tensor1D => tf.sub(tf.mul(tf.sum(tf.square(x), 1), -0.5), Math.log(2 * Math.PI)),
 * }
 * const model = tiltedEnergy(base, mlpEnergy({ dimension: 2, widths: [16] }, key(1)))
 * model.energy(normal(key(2), [4, 2])).print()
 * ```
 */
export function tiltedEnergy(base: BaseDensity, tilt: EnergyModel): EnergyModel {
  return {
    parameters: tilt.parameters,
    energy: x => tf.tidy(() => tf.sub(tilt.energy(x), base.logProb(x)) as tf.Tensor1D),
  }
}
