import {
  checkInteger,
  checkShape,
  conflictError,
  described,
  type Parameters,
  type RandomKey,
  typeError,
} from '@chiaro/core'
import { gradientDepth, withTapeOfItsOwn } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

export interface EmbedInChunksOptions {
  /** The variables that `embed` uses; others get no gradient through it. */
  readonly parameters: Parameters
  /** Rows at a time; the last chunk may be smaller. */
  readonly chunkSize: number
  /** Chunk c is embedded with foldIn(key, c), both times. */
  readonly key: RandomKey
}

/**
 * Embeds a batch by chunks so that a contrastive loss can see more rows than activations have room for (GradCache: Gao
 * et al. 2021). Forward, only the embeddings are kept; backward, each chunk is embedded once more, with the same key,
 * and its part of the loss's gradient goes on to the parameters. The result is what `embed` gives for the whole batch,
 * and so is the gradient, to rounding, also of a temperature in the loss; the price is a second forward pass.
 *
 * `embed` must treat rows by themselves: a batch norm sees its chunk only. What it changes besides (running statistics)
 * it changes twice. Peak memory: the activations of one chunk, the embeddings twice, the gradients twice.
 *
 * @param embed pure in chunk and key: [rows, …] → [rows, d]
 * @param batch [n, …], n ≥ 1; it gets no gradient
 * @returns [n, d], differentiable once in `parameters`
 * @throws RangeError for a chunkSize that is no positive integer and an empty batch; TypeError for embeddings that are
 *   not one a row; an error of code 'conflict' inside a second derivative
 *
 * @example
 * ```ts
 * import { newVariables } from '@chiaro/core'
 * import { infoNceLoss } from '@chiaro/objectives'
 * import { dense, key, normal } from '@chiaro/random'
 * import { embedInChunks } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const { parameters, ...variables } = newVariables()
 * const layer = dense({ parameters, ...variables }, 'layer', [16, 8], key(1))
 * const embed = (rows: tf.Tensor) => layer(tf.reshape(rows, [-1, 16]))
 * const [x, y] = [normal(key(2), [256, 16]), normal(key(3), [256, 16])]
 * const { grads } = tf.variableGrads(() => {
 *   const options = { parameters, chunkSize: 32, key: key(4) } // activations of 32 rows at a time
 *   return infoNceLoss(embedInChunks(embed, x, options), embedInChunks(embed, y, options))
 * })
 * console.log(Object.values(grads).map(({ shape }) => shape)) // as of all 256 rows at once
 * ```
 */
export function embedInChunks(
  embed: (chunk: tf.Tensor, key: RandomKey) => tf.Tensor,
  batch: tf.Tensor,
  { parameters, chunkSize, key }: EmbedInChunksOptions,
): tf.Tensor2D {
  const where = 'embedInChunks'
  checkInteger(where, { chunkSize }, { least: 1 })
  const { rows } = checkShape(where, { batch }, ['rows', '…sample'], { dtype: 'any', least: { rows: 1 } })
  const variables = Object.values(parameters)
  return tf.tidy(() => {
    const chunks = Array.from({ length: Math.ceil(rows / chunkSize) }, (_, c) => {
      const from = c * chunkSize
      const count = Math.min(chunkSize, rows - from)
      const embedded = (rows: tf.Tensor) => {
        const part = tf.slice(rows, [from], [count])
        const z = embed(part, foldIn(key, c))
        if (z.rank === 2 && z.shape[0] === count) return z
        throw typeError(where, 'embed', `a function to [${count}, d]`, described(z))
      }
      return recomputed(embedded, batch, variables)
    })
    return tf.concat(chunks) as tf.Tensor2D
  })
}

/** f(batch), of which the batch alone is kept: its gradient in the variables runs it again. */
function recomputed(
  f: (batch: tf.Tensor) => tf.Tensor,
  batch: tf.Tensor,
  variables: readonly tf.Variable[],
): tf.Tensor {
  return tf.customGrad((...inputs) => {
    // Variables may have changed by the time a second derivative asked for them, and f reads them itself.
    if (gradientDepth() > 1) {
      throw conflictError('embedInChunks', 'embed', 'chunks have first derivatives only, got a second one')
    }
    const value = tf.tidy(() => f(batch))
    const save = inputs[variables.length] as unknown as (tensors: tf.Tensor[]) => void
    // One that was made for the loss alone would be gone by then.
    save([batch])
    const gradFunc = (dy: tf.Tensor, [kept]: tf.Tensor[]) => gradientsOf(() => f(kept), dy, variables)
    return { value, gradFunc }
  })(...(variables as tf.Variable[]))
}

/** ∂ Σ dy·f() / ∂ variables, zeros where f does not use one. */
function gradientsOf(f: () => tf.Tensor, dy: tf.Tensor, variables: readonly tf.Variable[]): tf.Tensor[] {
  return withTapeOfItsOwn(() =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.sum(tf.mul(f(), dy)) as tf.Scalar, [...variables])
      return variables.map(variable => grads[variable.name] ?? tf.zerosLike(variable))
    }),
  )
}
