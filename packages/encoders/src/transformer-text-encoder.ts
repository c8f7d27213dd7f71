import { type Encoder, newVariables, type RandomKey } from '@chiaro/core'
import { dense, foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { drawn } from './new-parameter.ts'
import { sizesOfIds } from './token-ids.ts'
import { causalMask, checkSizes, type TransformerSizes, transformer } from './transformer-block.ts'

export interface TransformerTextEncoderOptions extends TransformerSizes {
  /** Rows of the embedding table; ids are 0 (padding) … vocabularySize − 1. */
  readonly vocabularySize: number
  /** Tokens of the longest text. */
  readonly contextLength: number
  readonly embeddingDimension: number
  /** The mean over a text's tokens, or its last one. Default 'mean'. */
  readonly pooling?: 'mean' | 'last'
  /** Whether a token sees only those up to itself. Default false. */
  readonly causal?: boolean
}

/**
 * A transformer over token ids (Radford et al. 2021's text tower, at any size): learned embeddings and positions,
 * pre-norm blocks in which padding is never looked at, the pooled tokens through one linear layer without a bias.
 *
 * embed: int32 ids [batch, length ≤ contextLength], 0 = padding → [batch, embeddingDimension]. More padding changes
 * nothing; a row of padding alone gives 0. Names: "embedding/table", "position", "block1/…", "head/kernel".
 *
 * @throws RangeError for sizes that are no positive integers or do not divide; embed: TypeError for another shape or
 * dtype, or in training with dropout and no key
 *
 * @example
 * ```ts
 * import { transformerTextEncoder } from '@chiaro/encoders'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const sizes = { width: 16, depth: 1, heads: 2, contextLength: 8, embeddingDimension: 8 }
 * const encoder = transformerTextEncoder({ vocabularySize: 100, ...sizes }, key(1))
 * const short = encoder.embed(tf.tensor2d([[5, 17, 2]], undefined, 'int32'))
 * const padded = encoder.embed(tf.tensor2d([[5, 17, 2, 0, 0]], undefined, 'int32'))
 * tf.max(tf.abs(tf.sub(short, padded))).print() // 0 but for rounding: padding changes nothing
 * ```
 */
export function transformerTextEncoder(options: TransformerTextEncoderOptions, key: RandomKey): Encoder {
  const { vocabularySize, contextLength, width, embeddingDimension } = options
  const { pooling = 'mean', causal = false } = options
  checkSizes('transformerTextEncoder', options, { vocabularySize, contextLength, embeddingDimension })
  const variables = newVariables()
  const table = variables.parameter(
    'embedding/table',
    // As large as its positions: with width-long unit vectors the first layer norm sees both.
    normal(foldIn(key, 0), [vocabularySize, width], { standardDeviation: 0.1 }) as tf.Tensor2D,
  )
  const position = variables.parameter(
    'position',
    normal(foldIn(key, 1), [contextLength, width], { standardDeviation: 0.1 }) as tf.Tensor2D,
  )
  const blocks = transformer(drawn(variables), options, foldIn(key, 2))
  const head = dense(variables, 'head', [width, embeddingDimension], foldIn(key, 3), { bias: false })
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed(x, embedding = {}) {
      const { batch, length } = sizesOfIds(x, contextLength)
      return tf.tidy(() => {
        const isToken = tf.notEqual(x, 0) as tf.Tensor2D
        const rows = tf.reshape(tf.gather(table, tf.reshape(x, [batch * length])), [batch, length, width])
        const placed = tf.add(rows, tf.slice(position, [0, 0], [length, width])) as tf.Tensor3D
        const seen = blocks(placed, embedding, attentionMask(isToken, causal))
        const shares = pooling === 'mean' ? meanShares(isToken) : lastShares(isToken)
        // By selection: padding's tokens may hold anything.
        const tokens = tf.where(tf.expandDims(isToken, 2), seen, tf.zerosLike(seen))
        return head(tf.sum(tf.mul(tokens, tf.expandDims(shares, 2)), 1) as tf.Tensor2D)
      })
    },
  }
}

/** true where a query (third axis) may look at a token (fourth axis). */
function attentionMask(isToken: tf.Tensor2D, causal: boolean): tf.Tensor4D {
  const [batch, length] = isToken.shape
  const tokens = tf.reshape(isToken, [batch, 1, 1, length]) as tf.Tensor4D
  if (!causal) return tokens
  return tf.logicalAnd(tokens, causalMask(length)) as tf.Tensor4D
}

/** 1/count at each of a row's tokens, 0 elsewhere. */
function meanShares(isToken: tf.Tensor2D): tf.Tensor2D {
  const ones = tf.cast(isToken, 'float32')
  return tf.div(ones, tf.maximum(tf.sum(ones, 1, true), 1))
}

/** 1 at a row's last token, 0 elsewhere. */
function lastShares(isToken: tf.Tensor2D): tf.Tensor2D {
  const places = tf.mul(tf.cast(isToken, 'float32'), tf.range(1, isToken.shape[1] + 1, 1, 'float32'))
  const last = tf.equal(places, tf.max(places, 1, true))
  return tf.cast(tf.logicalAnd(isToken, last), 'float32')
}
