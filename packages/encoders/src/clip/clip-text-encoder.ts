import type { Encoder, Variables } from '@chiaro/core'
import { key } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { NewParameter } from '../new-parameter.ts'
import { sizesOfIds } from '../token-ids.ts'
import { causalMask, type TransformerForm, type TransformerSizes, transformer } from '../transformer-block.ts'

export interface ClipTextSizes extends TransformerSizes {
  readonly vocabularySize: number
  readonly contextLength: number
  readonly embeddingDimension: number
}

/**
 * CLIP's text transformer (Radford et al. 2021): embeddings and positions, causal pre-norm blocks, a layer norm, and
 * the token at the text's end through a projection. The end is the first token with `endId`, or, where that is
 * undefined, with the largest id of its row; a row that lacks `endId` is read at its last place. What follows the end
 * is not seen, so that any padding will do.
 *
 * embed: int32 ids [batch, length ≤ contextLength] → [batch, embeddingDimension]. Names "embedding/table", "position",
 * "block1/…", "norm/scale", "head/kernel".
 */
export function clipTextEncoder(
  sizes: ClipTextSizes,
  form: Required<TransformerForm>,
  endId: number | undefined,
  variables: Variables,
  parameter: NewParameter,
): Encoder {
  const { vocabularySize, contextLength, width, embeddingDimension } = sizes
  const unused = () => tf.zeros([0])
  const table = parameter<tf.Tensor2D>('embedding/table', [vocabularySize, width], unused)
  const position = parameter<tf.Tensor2D>('position', [contextLength, width], unused)
  const blocks = transformer(parameter, sizes, key(0), form) // Nothing is drawn with this key.
  const head = parameter<tf.Tensor2D>('head/kernel', [width, embeddingDimension], unused)
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed(x, embedding = {}) {
      const { batch, length } = sizesOfIds(x, contextLength)
      return tf.tidy(() => {
        const rows = tf.reshape(tf.gather(table, tf.reshape(x, [batch * length])), [batch, length, width])
        const placed = tf.add(rows, tf.slice(position, [0, 0], [length, width])) as tf.Tensor3D
        const out = blocks(placed, embedding, causalMask(length))
        const chosen = tf.expandDims(endOf(x as tf.Tensor2D, endId), 2)
        // By selection: the tokens behind the end may hold anything.
        return tf.matMul(tf.sum(tf.where(chosen, out, tf.zerosLike(out)), 1) as tf.Tensor2D, head)
      })
    },
  }
}

/** true at each row's end, bool [batch, length]. */
function endOf(x: tf.Tensor2D, endId: number | undefined): tf.Tensor2D {
  const length = x.shape[1]
  const end = tf.equal(x, endId ?? tf.max(x, 1, true))
  const place = tf.range(0, length, 1, 'float32')
  const candidates = tf.where(end, tf.mul(tf.onesLike(x), place), tf.fill(x.shape, length - 1))
  return tf.equal(tf.min(candidates, 1, true), place)
}
