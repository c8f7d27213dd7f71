import { checkInteger } from '@chiaro/core'
import { log1p } from '@chiaro/ops'
import { unitValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type IdentifierNoise, identifierNoise } from './identifier-noise.ts'

export interface LogUniformNoiseOptions {
  /** One above the largest id. */
  readonly range: number
}

export type LogUniformNoiseSpec = { readonly kind: 'logUniform' } & LogUniformNoiseOptions

/**
 * The approximate law of Zipf, for vocabularies sorted by falling frequency (the default sampler of TensorFlow's
 * `nce_loss`): with u uniform, id = ⌊(range + 1)^u⌋ − 1, hence
 *
 *   P(k) = (log(k + 2) − log(k + 1)) / log(range + 1),   k = 0…range − 1
 *
 * No table: a range of millions costs nothing.
 *
 * @throws RangeError unless range is an integer of at least 1
 *
 * @example
 * ```ts
 * import { logUniformNoise } from '@chiaro/noise'
 *
 * const { probability } = logUniformNoise({ range: 10_000 }) // ids by falling frequency, as in a vocabulary
 * console.log(probability(0) / probability(99)) // some seventy times as likely
 * ```
 */
export function logUniformNoise({ range }: LogUniformNoiseOptions): IdentifierNoise<LogUniformNoiseSpec> {
  const where = 'logUniformNoise'
  checkInteger(where, { range }, { least: 1 })
  const logRange = Math.log1p(range)
  return identifierNoise({
    where,
    range,
    support: range,
    spec: { kind: 'logUniform', range },
    draw: (key, count) =>
      Int32Array.from(unitValues(key, count), u => {
        // Rounding can carry a u close to 1 past the last id.
        return Math.min(range - 1, Math.floor(Math.exp(u * logRange)) - 1)
      }),
    probability: id => Math.log1p(1 / (id + 1)) / logRange,
    logProbInside: ids => {
      const step = log1p(tf.div(1, tf.add(tf.cast(ids, 'float32'), 1)))
      return tf.sub(tf.log(step), Math.log(logRange))
    },
  })
}
