import { rangeError, typeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type CategoricalNoiseSpec, categoricalNoise } from './categorical-noise.ts'
import { checkCount, checkNumber } from './check-parameters.ts'
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
 */
export async function fitCategoricalNoise(
  ids: tf.Tensor,
  options: FitCategoricalNoiseOptions = {},
): Promise<IdentifierNoise<CategoricalNoiseSpec>> {
  const where = 'fitCategoricalNoise'
  const { smoothing = 0 } = options
  checkNumber(where, 'smoothing', smoothing, 'weight')
  if (ids.rank !== 1) throw typeError(where, 'ids', '[n]', `[${ids.shape.join(', ')}]`)
  if (ids.dtype !== 'int32') throw typeError(where, 'ids', 'int32', ids.dtype)
  const values = (await ids.data()) as Int32Array
  const { categories = values.reduce((most, id) => Math.max(most, id), 0) + 1 } = options
  checkCount(where, 'categories', categories, 1)
  const weights = Array<number>(categories).fill(smoothing)
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0 || values[i] >= categories) {
      throw rangeError(where, `ids[${i}]`, `an id 0…${categories - 1}`, String(values[i]))
    }
    weights[values[i]] += 1
  }
  if (values.length === 0 && smoothing === 0) throw rangeError(where, 'ids', 'at least one id', 'none')
  return categoricalNoise({ weights })
}
