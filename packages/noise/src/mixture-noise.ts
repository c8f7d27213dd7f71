import { checkInteger, checkLength, typeError } from '@chiaro/core'
import { logSumExp } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { aliasTable } from './alias-table.ts'
import type { Noise } from './noise.ts'
import type { NoiseSpec } from './noise-spec.ts'

export interface MixtureNoiseSpec {
  readonly kind: 'mixture'
  readonly components: readonly NoiseSpec[]
  readonly weights: readonly number[]
}

/**
 * A mixture of noises over the same events: log q(x) = log Σ_k w_k q_k(x), the weights divided by their sum. A wide component
 * of small weight gives any noise full support.
 *
 * Row i's component comes from an alias table; component k draws its rows with foldIn(key, k + 1).
 *
 * @param weights one number ≥ 0 a component. Default equal weights
 * @throws TypeError for event shapes that differ and another number of weights; RangeError for no component and for weights
 *
 * @example
 * ```ts
 * import { gaussianNoise, laplaceNoise, mixtureNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const body = gaussianNoise({ mean: [0], deviation: [1] })
 * const tails = laplaceNoise({ mean: [0], scale: [5] })
 * mixtureNoise([body, tails], [0.9, 0.1]).logProb(tf.tensor2d([[0], [20]])).print()
 * ```
 */
export function mixtureNoise(
  components: readonly Noise[],
  weights: readonly number[] = components.map(() => 1),
): Noise<MixtureNoiseSpec> {
  const where = 'mixtureNoise'
  checkLength(where, { components }, { least: 1 })
  const { eventShape } = components[0]
  for (const [k, component] of components.entries()) {
    if (component.eventShape.join() === eventShape.join()) continue
    const expected = `a noise of events [${eventShape.join(', ')}]`
    throw typeError(where, `components[${k}]`, expected, `[${component.eventShape.join(', ')}]`)
  }
  checkLength(where, { weights }, { exactly: components.length, each: 'component' })
  const table = aliasTable(where, 'weights', weights)
  return {
    eventShape,
    spec: { kind: 'mixture', components: components.map(component => component.spec), weights },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      const chosen = table.draw(foldIn(key, 0), count)
      // Rows lie by component as drawn; `at` brings them into the order of choice.
      const at = new Int32Array(count)
      let drawn = 0
      const rows: number[] = []
      for (let k = 0; k < components.length; k++) {
        const first = drawn
        for (let i = 0; i < count; i++) if (chosen[i] === k) at[i] = drawn++
        rows.push(drawn - first)
      }
      return tf.tidy(() => {
        const parts = components.flatMap((component, k) =>
          rows[k] === 0 ? [] : [component.sample(foldIn(key, k + 1), rows[k])],
        )
        if (parts.length === 0) return components[0].sample(key, 0)
        return tf.gather(parts.length === 1 ? parts[0] : tf.concat(parts), tf.tensor1d(at, 'int32'))
      })
    },
    logProb: x =>
      tf.tidy(() => {
        const parts = components.flatMap((component, k) =>
          table.probabilities[k] === 0
            ? []
            : [tf.expandDims(tf.add(component.logProb(x), Math.log(table.probabilities[k])), 1)],
        )
        return logSumExp(parts.length === 1 ? parts[0] : tf.concat(parts, 1), 1) as tf.Tensor1D
      }),
  }
}
