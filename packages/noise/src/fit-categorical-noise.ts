import { checkInteger, checkLength, checkNumber, checkShape } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type CategoricalNoiseSpec, categoricalNoise } from './categorical-noise.ts'
import type { IdentifierNoise } from './identifier-noise.ts'

export interface FitCategoricalNoiseOptions {
  /** One above the largest id. Default one above the largest seen. */
  readonly categories?: number
  /** Added to every count, so that categories not seen have noise too. Default 0. */
  readonly smoothing?: number
}

/**
 * Categories by how often they occur: p(i) ∝ count_i + smoothing.
 *
 * @param ids int32 [n], from 0
 * @throws TypeError for another shape or dtype; RangeError that names an id outside 0…categories − 1, and for no id at all
 *   without smoothing
 *
 * @example
 * ```ts
 * import { fitCategoricalNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const noise = await fitCategoricalNoise(tf.tensor1d([0, 0, 1], 'int32'), { categories: 3, smoothing: 1 })
 * console.log([0, 1, 2].map(noise.probability)) // 3/6, 2/6, 1/6
 * ```
 */
export async function fitCategoricalNoise(
  ids: tf.Tensor,
  options: FitCategoricalNoiseOptions = {},
): Promise<IdentifierNoise<CategoricalNoiseSpec>> {
  const where = 'fitCategoricalNoise'
  const { smoothing = 0 } = options
  checkNumber(where, { smoothing }, { least: 0 })
  checkShape(where, { ids }, ['n'], { dtype: 'int32' })
  const values = (await ids.data()) as Int32Array
  const { categories = values.reduce((most, id) => Math.max(most, id), 0) + 1 } = options
  checkInteger(where, { categories }, { least: 1 })
  const weights = Array<number>(categories).fill(smoothing)
  checkInteger(where, { ids: values }, { least: 0, below: categories })
  for (const id of values) weights[id] += 1
  if (smoothing === 0) checkLength(where, { ids: values }, { least: 1 })
  return categoricalNoise({ weights })
}
