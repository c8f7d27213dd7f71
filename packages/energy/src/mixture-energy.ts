import { checkLength, checkNumber, newVariables, type RandomKey } from '@chiaro/core'
import { logSumExp } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { ExactEnergyModel } from './exact-energy-model.ts'
import { prefixedParameters } from './prefixed-parameters.ts'
import { sampleCategories } from './sample-categories.ts'

export interface MixtureEnergyOptions {
  /** One positive number a component, in proportion to its share at first. Default equal shares. */
  readonly weights?: readonly number[]
}

/**
 * A mixture of K analytic densities as an energy, E(x) = −log Σ w_k exp(−E_k(x) − log Z_k), so that log Z = 0 whatever
 * the parameters. The weights are learned as logits, w = softmax(logits).
 *
 * energy: what the components take → [batch], in nats. Parameters: "logits" [K], "component1/…" to "componentK/…".
 *
 * @throws RangeError for no component and for weights that are not positive; TypeError for another number of weights
 *
 * @example
 * ```ts
 * import { gaussianEnergy, mixtureEnergy } from '@chiaro/energy'
 * import { key } from '@chiaro/random'
 *
 * const wells = [[0, 0], [4, 0]].map(mean => gaussianEnergy({ dimension: 2, mean }))
 * const model = mixtureEnergy(wells, { weights: [1, 3] })
 * console.log(model.sample(key(1), 8).arraySync()) // three of four about (4, 0)
 * ```
 */
export function mixtureEnergy(
  components: readonly ExactEnergyModel[],
  options: MixtureEnergyOptions = {},
): ExactEnergyModel {
  const where = 'mixtureEnergy'
  const { weights = components.map(() => 1) } = options
  checkLength(where, { components }, { least: 1 })
  checkLength(where, { weights }, { exactly: components.length, each: 'component' })
  checkNumber(where, { weights }, { above: 0 })
  const variables = newVariables()
  const logits = variables.parameter('logits', tf.tensor1d(weights.map(Math.log)))
  return {
    parameters: {
      ...variables.parameters,
      ...prefixedParameters(Object.fromEntries(components.map((part, k) => [`component${k + 1}`, part]))),
    },
    energy: x =>
      tf.tidy(() => {
        const logDensities = tf.stack(
          components.map(part => tf.neg(tf.add(part.energy(x), part.exactLogPartition()))),
          1,
        )
        const logWeights = tf.sub(logits, logSumExp(logits))
        return tf.neg(logSumExp(tf.add(logDensities, logWeights), 1)) as tf.Tensor1D
      }),
    exactLogPartition: () => tf.scalar(0),
    sample: (key: RandomKey, count: number) =>
      tf.tidy(() => {
        const chosen = sampleCategories(foldIn(key, 0), logits.dataSync(), count)
        const drawn: tf.Tensor[] = []
        const place = new Int32Array(count)
        let next = 0
        components.forEach((part, k) => {
          const before = next
          chosen.forEach((component, row) => {
            if (component === k) place[row] = next++
          })
          if (next > before) drawn.push(part.sample(foldIn(key, k + 1), next - before))
        })
        // Drawn by component; rows go back to where each was chosen, so that any part of a sample is one too.
        if (drawn.length === 0) return components[0].sample(foldIn(key, 1), 0)
        return tf.gather(tf.concat(drawn, 0), tf.tensor1d(place, 'int32'))
      }),
  }
}
