import * as tf from '@tensorflow/tfjs-core'
import type { PhasePoint } from './integrator.ts'
import type { Mass } from './mass.ts'
import { finiteWhere } from './select-chains.ts'

/** How H = energy + ½ pᵀM⁻¹p changed between two points, by chain. */
export interface EnergyRise {
  /** ΔH, [chains] */
  readonly rise: tf.Tensor1D
  /** min(1, exp(−ΔH)), 0 where ΔH is not finite, [chains] */
  readonly acceptanceProbability: tf.Tensor1D
  /** ΔH above 1000 or not finite, bool [chains] */
  readonly divergent: tf.Tensor1D
}

/** Stan's limit: by then the trajectory has nothing to do with the energy's. */
const divergence = 1000

/** ΔH from one point to another. The minimum is taken before the exponential. Within a tidy. */
export function energyRise(from: PhasePoint, to: PhasePoint, mass: Mass): EnergyRise {
  const kinetic = kineticRise(from.momentum, to.momentum, mass)
  const rise = tf.add(tf.sub(to.state.energy, from.state.energy), kinetic) as tf.Tensor1D
  const finite = finiteWhere(rise)
  return {
    rise,
    acceptanceProbability: tf.where(finite, tf.exp(tf.minimum(0, tf.neg(rise))), 0) as tf.Tensor1D,
    divergent: tf.logicalNot(tf.logicalAnd(finite, tf.lessEqual(rise, divergence))) as tf.Tensor1D,
  }
}

/** ½ p'ᵀM⁻¹p' − ½ pᵀM⁻¹p by chain, as a product of difference and sum: no digits cancel. */
function kineticRise(before: tf.Tensor, after: tf.Tensor, { velocity }: Mass): tf.Tensor {
  return tf.div(rowProducts(velocity(tf.sub(after, before)), tf.add(after, before)), 2)
}

/** Σ ab over each chain's numbers, [chains]. */
export function rowProducts(a: tf.Tensor, b: tf.Tensor): tf.Tensor1D {
  const ofEvent = a.shape.slice(1).map((_, i) => i + 1)
  return tf.sum(tf.mul(a, b), ofEvent) as tf.Tensor1D
}
