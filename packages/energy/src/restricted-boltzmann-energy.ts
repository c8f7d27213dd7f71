import {
  type BatchPart,
  checkInteger,
  checkNumber,
  checkShape,
  newVariables,
  type RandomKey,
  rangeError,
} from '@chiaro/core'
import { softplus } from '@chiaro/ops'
import { foldIn, normal, tensorOfRows, uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { binaryLogPartition, binaryLogWeights, bit } from './binary-log-partition.ts'
import type { ExactEnergyModel } from './exact-energy-model.ts'
import { sampleCategories } from './sample-categories.ts'

export interface RestrictedBoltzmannOptions {
  /** Binary numbers a row. */
  readonly visible: number
  /** Hidden binary units. */
  readonly hidden: number
  /** Standard deviation of the weights at first. Default 0.01 (Hinton's practical guide, 2010). */
  readonly deviation?: number
}

/** A Boltzmann machine's free energy, and one step of its own sampler. */
export interface RestrictedBoltzmannEnergy extends ExactEnergyModel {
  /**
   * Block Gibbs: h ~ p(h | v), then v′ ~ p(v | h). [batch, visible] → the same; carries no gradient. Rows that are a part of a
   * larger batch move as they would there.
   */
  gibbsStep(key: RandomKey, v: tf.Tensor, part?: BatchPart): tf.Tensor2D
}

/** Beyond it 2^units is no longer a sum to wait for. */
const mostUnits = 20

/**
 * A restricted Boltzmann machine on binary rows with its hidden units summed out (Smolensky 1986; Hinton 2002):
 *
 *   E(v) = −bᵀv − Σ_j softplus(c_j + (vW)_j)
 *
 * energy: float32 [batch, visible] of zeros and ones → [batch], in nats. Parameters "weights" [visible, hidden],
 * "visibleBias" [visible], "hiddenBias" [hidden]; biases begin at 0. exactLogPartition and sample go through all states
 * of the smaller layer, at most 2²⁰.
 *
 * @throws RangeError for sizes that are no positive integers and a negative deviation; energy and gibbsStep: TypeError
 *   for another shape; exactLogPartition and sample: RangeError where both layers have more than 20 units
 *
 * @example
 * ```ts
 * import { restrictedBoltzmannEnergy } from '@chiaro/energy'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const machine = restrictedBoltzmannEnergy({ visible: 6, hidden: 3 }, key(1))
 * const next = machine.gibbsStep(key(2), tf.zeros([4, 6])) // hidden units given visible ones, and back
 * machine.energy(next).print()
 * ```
 */
export function restrictedBoltzmannEnergy(
  options: RestrictedBoltzmannOptions,
  key: RandomKey,
): RestrictedBoltzmannEnergy {
  const { visible, hidden, deviation = 0.01 } = options
  checkInteger('restrictedBoltzmannEnergy', { visible, hidden }, { least: 1 })
  checkNumber('restrictedBoltzmannEnergy', { deviation }, { least: 0 })
  const variables = newVariables()
  const W = variables.parameter(
    'weights',
    normal(key, [visible, hidden], { standardDeviation: deviation }) as tf.Tensor2D,
  )
  const b = variables.parameter('visibleBias', tf.zeros([visible]))
  const c = variables.parameter('hiddenBias', tf.zeros([hidden]))
  const towardsHidden = (v: tf.Tensor) => tf.add(tf.matMul(v as tf.Tensor2D, W), c) as tf.Tensor2D
  const towardsVisible = (h: tf.Tensor) =>
    tf.add(tf.matMul(h as tf.Tensor2D, W, false, true), b) as tf.Tensor2D
  /** The layer that is enumerated, as [its bias, the other's, weights from it]. */
  const smaller = (where: string): [tf.Tensor, tf.Tensor, tf.Tensor] => {
    const units = Math.min(visible, hidden)
    if (units > mostUnits) {
      throw rangeError(where, 'the smaller layer', `at most ${mostUnits} units`, String(units))
    }
    return hidden < visible ? [c, b, tf.transpose(W)] : [b, c, W]
  }
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch', visible])
      return tf.tidy(() => {
        const linear = tf.sum(tf.mul(x, b), 1)
        return tf.neg(tf.add(linear, tf.sum(softplus(towardsHidden(x)), 1))) as tf.Tensor1D
      })
    },
    exactLogPartition: () => tf.tidy(() => binaryLogPartition(...smaller('exactLogPartition'))),
    sample: (sampleKey: RandomKey, count: number) =>
      tf.tidy(() => {
        const layer = smaller('sample')
        const units = layer[0].size
        const drawn = sampleCategories(foldIn(sampleKey, 0), binaryLogWeights(...layer), count)
        const values = Float32Array.from({ length: count * units }, (_, i) =>
          bit(drawn[Math.floor(i / units)], i % units),
        )
        const rows = tf.tensor2d(values, [count, units])
        return hidden < visible ? flip(foldIn(sampleKey, 1), towardsVisible(rows)) : rows
      }),
    gibbsStep(stepKey, v, part) {
      checkShape('gibbsStep', { v }, ['batch', visible])
      return tf.tidy(() => {
        const h = flip(foldIn(stepKey, 0), towardsHidden(v), part)
        return flip(foldIn(stepKey, 1), towardsVisible(h), part)
      })
    },
  }
}

/** Ones with probability sigmoid(logits), independently. */
function flip(key: RandomKey, logits: tf.Tensor2D, part: BatchPart = {}): tf.Tensor2D {
  const [rows, units] = logits.shape
  const draws = tensorOfRows(rows, part, count => uniform(key, [count, units]))
  return tf.cast(tf.less(draws, tf.sigmoid(logits)), 'float32')
}
