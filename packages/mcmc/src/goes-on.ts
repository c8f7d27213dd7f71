import * as tf from '@tensorflow/tfjs-core'
import { rowProducts } from './energy-rise.ts'
import type { Mass } from './mass.ts'

/**
 * Whether going on from either end of a trajectory makes it longer: p·M⁻¹ρ > 0 at both (Betancourt 2017, section A.4.2), with
 * ρ = Σ p − (p_back + p_front)/2, the trapezium rule of ∫ p dt. With its ends' momenta whole, a trajectory of about one
 * turn would pass for straight. The sign of all momenta makes no difference. Bool [chains]; false for NaN.
 */
export function goesOn(
  back: tf.Tensor,
  front: tf.Tensor,
  momentumSum: tf.Tensor,
  { velocity }: Mass,
): tf.Tensor1D {
  const way = velocity(tf.sub(momentumSum, tf.div(tf.add(back, front), 2)))
  return tf.greater(tf.minimum(rowProducts(back, way), rowProducts(front, way)), 0) as tf.Tensor1D
}
