import {
  checkInteger,
  checkNumber,
  described,
  type Encoder,
  newVariables,
  type RandomKey,
  typeError,
} from '@chiaro/core'
import { embeddingBag } from '@chiaro/ops'
import { dense, foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { dropout } from './dropout.ts'

export interface PooledTextEncoderOptions {
  /** Rows of the embedding table; ids are 0 (padding) … vocabularySize − 1. */
  readonly vocabularySize: number
  readonly embeddingDimension: number
  /** Units of a hidden layer with ReLU, added to the pooled embedding. Default 0: none, the encoder is linear. */
  readonly hidden?: number
  /** Share of tokens left out in training, the rest scaled up. Default 0. */
  readonly tokenDropout?: number
}

/**
 * The cheap text encoder: a weighted sum of its tokens' embeddings, z = Σ w_l·e(id_l), plus W₂·relu(W₁·z) where there
 * is a hidden layer. With TF-IDF weights of words and character n-grams it is a linear model of text (fastText;
 * Joulin et al. 2017); since losses normalise embeddings, a row's common factor does not matter.
 *
 * embed: int32 ids [batch, length], each of weight 1 and 0 of none; or float32 [batch, length, 2] of (id, weight),
 * ids being exact in float32 below 2²⁴. → [batch, embeddingDimension]. A row of padding alone gives 0. Names:
 * "embedding/table", "hidden/kernel", "output/kernel".
 *
 * @throws RangeError for sizes that are no positive integers; embed: TypeError for another shape or dtype, or in
 * training with token dropout and no key
 */
export function pooledTextEncoder(options: PooledTextEncoderOptions, key: RandomKey): Encoder {
  const { vocabularySize, embeddingDimension, hidden = 0, tokenDropout = 0 } = options
  const where = 'pooledTextEncoder'
  // Ids that come beside weights are float32.
  checkInteger(where, { vocabularySize, embeddingDimension }, { least: 1, below: 2 ** 24 })
  checkInteger(where, { hidden }, { least: 0, below: 2 ** 24 })
  checkNumber(where, { tokenDropout }, { least: 0, below: 1 })
  const variables = newVariables()
  const table = variables.parameter(
    'embedding/table',
    normal(foldIn(key, 0), [vocabularySize, embeddingDimension], {
      standardDeviation: 1 / Math.sqrt(embeddingDimension),
    }) as tf.Tensor2D,
  )
  const into =
    hidden > 0 &&
    dense(variables, 'hidden', [embeddingDimension, hidden], foldIn(key, 1), { gain: Math.SQRT2 })
  const out =
    hidden > 0 && dense(variables, 'output', [hidden, embeddingDimension], foldIn(key, 2), { gain: 0.1 })
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed: (x, options = {}) =>
      tf.tidy(() => {
        const { ids, weights } = idsAndWeights(x)
        const pooled = embeddingBag(table, ids, dropout(weights, tokenDropout, options))
        return into && out ? tf.add(pooled, out(tf.relu(into(pooled)))) : pooled
      }),
  }
}

function idsAndWeights(x: tf.Tensor): { ids: tf.Tensor2D; weights: tf.Tensor2D } {
  if (x.rank === 2 && x.dtype === 'int32') {
    return { ids: x as tf.Tensor2D, weights: tf.cast(tf.notEqual(x, 0), 'float32') as tf.Tensor2D }
  }
  if (x.rank === 3 && x.dtype === 'float32' && x.shape[2] === 2) {
    const [batch, length] = x.shape
    const [ids, weights] = [0, 1].map(part =>
      tf.reshape(tf.slice(x, [0, 0, part], [batch, length, 1]), [batch, length]),
    )
    return { ids: tf.cast(ids, 'int32') as tf.Tensor2D, weights: weights as tf.Tensor2D }
  }
  const expected = 'int32 ids [batch, length] or float32 (id, weight) [batch, length, 2]'
  throw typeError('embed', 'x', expected, described(x))
}
