import {
  checkInteger,
  checkLength,
  checkNumber,
  checkShape,
  newVariables,
  type RandomKey,
} from '@chiaro/core'
import { logSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { ExactEnergyModel } from './exact-energy-model.ts'
import { sampleCategories } from './sample-categories.ts'

export interface CategoricalEnergyOptions {
  /** How many categories, K. */
  readonly categories: number
  /** The starting values f_k = −E(k), K numbers. Default 0. */
  readonly logits?: readonly number[]
}

/**
 * A free energy for each category, E(k) = −f_k (the notes' f; a table, so that any distribution can be learned
 * exactly), with log Z = log Σ exp f_k.
 *
 * energy: int32 [batch] in 0 … K − 1 → [batch], in nats. Parameter "logits" [K], the f_k.
 *
 * @throws RangeError for a count that is no positive integer, and for logits that are not finite; TypeError for
 *   another number of logits; energy: TypeError unless x is int32 [batch]
 *
 * @example
 * ```ts
 * import { categoricalEnergy } from '@chiaro/energy'
 *
 * const model = categoricalEnergy({ categories: 3, logits: [0, 0, Math.log(2)] })
 * model.exactLogPartition().print() // log 4
 * ```
 */
export function categoricalEnergy(options: CategoricalEnergyOptions): ExactEnergyModel {
  const where = 'categoricalEnergy'
  const { categories, logits } = options
  checkInteger(where, { categories }, { least: 1 })
  if (logits !== undefined) {
    checkLength(where, { logits }, { exactly: categories, each: 'category' })
    checkNumber(where, { logits })
  }
  const variables = newVariables()
  const values = variables.parameter(
    'logits',
    logits === undefined ? tf.zeros([categories]) : tf.tensor1d([...logits]),
  )
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch'], { dtype: 'int32' })
      return tf.tidy(() => tf.neg(tf.gather(values, x as tf.Tensor1D)) as tf.Tensor1D)
    },
    exactLogPartition: () => tf.tidy(() => logSumExp(values) as tf.Scalar),
    sample: (key: RandomKey, count: number) =>
      tf.tidy(() => tf.tensor1d(sampleCategories(key, values.dataSync(), count), 'int32')),
  }
}
