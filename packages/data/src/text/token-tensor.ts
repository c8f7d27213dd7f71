import { checkInteger, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { HostTokens } from './tokenize-batch.ts'
import type { WeightedTokens } from './weigh-texts.ts'

/** float32 holds every integer up to here; beyond, an id would become its neighbour. */
const exactIds = 2 ** 24

/**
 * Tokens as the tensor a text encoder takes: int32 ids [texts, length], or float32 (id, weight) [texts, length, 2]
 * where there are weights.
 *
 * @param indices which texts, in which order; a text may come twice. Default all.
 * @returns a tensor that the caller disposes
 * @throws RangeError for an index outside the texts, or an id of 2²⁴ or more beside a weight
 *
 * @example
 * ```ts
 * import { toTokenTensor, tokenizeTexts, wordTokenizer } from '@chiaro/data'
 *
 * const tokens = tokenizeTexts(wordTokenizer(['red', 'heart']), ['a red heart', 'red'])
 * toTokenTensor(tokens, [1, 0]).print() // int32, 0 is padding
 * ```
 */
export function toTokenTensor(tokens: WeightedTokens, indices?: ArrayLike<number>): tf.Tensor3D
export function toTokenTensor(tokens: HostTokens, indices?: ArrayLike<number>): tf.Tensor2D
export function toTokenTensor(
  tokens: HostTokens | WeightedTokens,
  indices?: ArrayLike<number>,
): tf.Tensor2D | tf.Tensor3D {
  const [count, length] = tokens.shape
  const weights = 'weights' in tokens ? tokens.weights : undefined
  const width = weights === undefined ? 1 : 2
  if (indices !== undefined) checkInteger('toTokenTensor', { indices }, { least: 0, below: count })
  const chosen = indices?.length ?? count
  const values = new (weights === undefined ? Int32Array : Float32Array)(chosen * length * width)
  for (let i = 0; i < chosen; i++) {
    const from = indices === undefined ? i : indices[i]
    for (let k = 0; k < length; k++) {
      const id = tokens.ids[from * length + k]
      const to = (i * length + k) * width
      values[to] = id
      if (weights === undefined) continue
      if (id >= exactIds) throw rangeError('toTokenTensor', 'tokens.ids', 'below 2²⁴', String(id))
      values[to + 1] = weights[from * length + k]
    }
  }
  if (weights === undefined) return tf.tensor2d(values, [chosen, length], 'int32')
  return tf.tensor3d(values, [chosen, length, 2], 'float32')
}
