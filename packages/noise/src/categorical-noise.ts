import * as tf from '@tensorflow/tfjs-core'
import { aliasTable } from './alias-table.ts'
import { type IdentifierNoise, identifierNoise } from './identifier-noise.ts'
import type { NoiseSpec } from './noise-spec.ts'

export interface CategoricalNoiseOptions {
  /** One weight ≥ 0 a category; divided by their sum. */
  readonly weights: readonly number[]
}

export type CategoricalNoiseSpec = { readonly kind: 'categorical' } & CategoricalNoiseOptions

/**
 * Categories 0…k − 1 with given weights, drawn by an alias table: p(i) = weights[i] / Σ weights. An id without weight, or
 * that is none, has log-density −∞.
 *
 * @throws RangeError for no weight, one that is negative or not finite (named), and when all are 0
 *
 * @example
 * ```ts
 * import { categoricalNoise } from '@chiaro/noise'
 * import { key } from '@chiaro/random'
 *
 * const noise = categoricalNoise({ weights: [5, 3, 2] })
 * const ids = noise.sample(key(1), 8)
 * ids.print()
 * noise.logProb(ids).print() // log of 0.5, 0.3 or 0.2
 * ```
 */
export function categoricalNoise({
  weights,
}: CategoricalNoiseOptions): IdentifierNoise<CategoricalNoiseSpec> {
  return tableNoise('categoricalNoise', 'weights', weights, { kind: 'categorical', weights })
}

/** A noise over ids whose probabilities are a table. */
export function tableNoise<S extends NoiseSpec>(
  where: string,
  argument: string,
  weights: readonly number[],
  spec: S,
): IdentifierNoise<S> {
  const table = aliasTable(where, argument, weights)
  const logarithms = Float32Array.from(table.probabilities, Math.log)
  return identifierNoise({
    where,
    range: weights.length,
    support: table.probabilities.filter(p => p > 0).length,
    spec,
    draw: table.draw,
    probability: id => table.probabilities[id],
    logProbInside: ids => tf.gather(tf.tensor1d(logarithms), ids as tf.Tensor1D),
  })
}
