import type { EnergyModel, RandomKey } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** An energy whose normaliser and samples are known: what estimates are tested against, and taught with. */
export interface ExactEnergyModel extends EnergyModel {
  /** log Z = log ∫ exp(−E) in nats, differentiable in the parameters. */
  exactLogPartition(): tf.Scalar
  /** → [count, …event], drawn from exp(−E)/Z; carries no gradient. */
  sample(key: RandomKey, count: number): tf.Tensor
}
