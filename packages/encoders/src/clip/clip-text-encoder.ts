import type { Encoder, RandomKey, Variables } from '@chiaro/core'
import { foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { NewParameter } from '../new-parameter.ts'
import { sizesOfIds } from '../token-ids.ts'
import { causalMask, type TransformerSizes, transformer } from '../transformer-block.ts'
import { type ClipForm, formOf } from './clip-form.ts'

export interface ClipTextSizes extends TransformerSizes {
  readonly vocabularySize: number
  readonly contextLength: number
  readonly embeddingDimension: number
}

export interface ClipTextEncoderOptions extends ClipTextSizes, ClipForm {
  /** The id at which a text is read. Default: the largest of its row. */
  readonly endId?: number
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
  options: ClipTextEncoderOptions,
  variables: Variables,
  parameter: NewParameter,
  key: RandomKey,
): Encoder {
  const { vocabularySize, contextLength, width, embeddingDimension, endId } = options
  // As CLIP begins: tables small, the projection by its inputs.
  const of = (name: string, index: number, shape: readonly [number, number], standardDeviation: number) =>
    parameter<tf.Tensor2D>(name, shape, () => normal(foldIn(key, index), [...shape], { standardDeviation }))
  const table = of('embedding/table', 0, [vocabularySize, width], 0.02)
  const position = of('position', 1, [contextLength, width], 0.01)
  const blocks = transformer(parameter, options, foldIn(key, 2), formOf(options))
  const head = of('head/kernel', 3, [width, embeddingDimension], 1 / Math.sqrt(width))
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
