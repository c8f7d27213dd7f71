import { checkNumber, checkShape, type Encoder, newVariables, type RandomKey, rangeError } from '@chiaro/core'
import { dense, foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { drawn } from './new-parameter.ts'
import { checkSizes, type TransformerSizes, tokenDense, transformer } from './transformer-block.ts'

export interface VitEncoderOptions extends TransformerSizes {
  readonly inputShape: readonly [height: number, width: number, channels: number]
  /** Pixels along a patch's side; divides height and width. */
  readonly patchSize: number
  readonly embeddingDimension: number
  /** The mean of all patches' tokens, or a token of its own that looks at them. Default 'mean'. */
  readonly pooling?: 'mean' | 'class'
  /** Pictures enter as (x − mean)/deviation. Defaults 0.5 and 0.25. */
  readonly mean?: number
  readonly deviation?: number
}

/**
 * A vision transformer (Dosovitskiy et al. 2021): square patches, each a linear map of its pixels plus a learned
 * position, through pre-norm transformer blocks; the pooled tokens through one linear layer.
 *
 * embed: [batch, height, width, channels] in 0…1 → [batch, embeddingDimension]. Names: "patch/kernel", "position",
 * "class", "block1/attention/query/kernel", "head/kernel".
 *
 * @throws RangeError for sizes that are no positive integers or do not divide; embed: TypeError for another shape,
 * or in training with dropout and no key
 *
 * @example
 * ```ts
 * import { vitEncoder } from '@chiaro/encoders'
 * import { key, uniform } from '@chiaro/random'
 *
 * const sizes = { width: 32, depth: 2, heads: 2, embeddingDimension: 16 }
 * const encoder = vitEncoder({ inputShape: [16, 16, 1], patchSize: 4, pooling: 'class', ...sizes }, key(1))
 * console.log(encoder.embed(uniform(key(2), [4, 16, 16, 1])).shape) // [4, 16], of 16 patches and a class token each
 * ```
 */
export function vitEncoder(options: VitEncoderOptions, key: RandomKey): Encoder {
  const { inputShape, patchSize, width, embeddingDimension, pooling = 'mean' } = options
  const { mean = 0.5, deviation = 0.25 } = options
  checkSizes('vitEncoder', options, { inputShape, patchSize, embeddingDimension })
  checkNumber('vitEncoder', { deviation }, { above: 0 })
  const [height, across, channels] = inputShape
  if (height % patchSize !== 0 || across % patchSize !== 0) {
    throw rangeError('vitEncoder', 'patchSize', `a divisor of ${height} and ${across}`, String(patchSize))
  }
  const [rows, columns] = [height / patchSize, across / patchSize]
  const pixels = patchSize * patchSize * channels
  const extra = pooling === 'class' ? 1 : 0
  const variables = newVariables()
  const patch = tokenDense(drawn(variables), 'patch', [pixels, width], 1, foldIn(key, 0))
  const small = { standardDeviation: 0.02 }
  const position = variables.parameter(
    'position',
    normal(foldIn(key, 1), [1, rows * columns + extra, width], small) as tf.Tensor3D,
  )
  const summary =
    extra === 1
      ? variables.parameter('class', normal(foldIn(key, 2), [1, 1, width], small) as tf.Tensor3D)
      : undefined
  const blocks = transformer(drawn(variables), options, foldIn(key, 3))
  const head = dense(variables, 'head', [width, embeddingDimension], foldIn(key, 4))
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed(x, embedding = {}) {
      checkShape('embed', { x }, ['batch', ...inputShape])
      return tf.tidy(() => {
        const batch = x.shape[0]
        const grid = tf.reshape(x, [batch, rows, patchSize, columns, patchSize * channels])
        const patches = tf.reshape(tf.transpose(grid, [0, 1, 3, 2, 4]), [batch, rows * columns, pixels])
        let tokens = patch(tf.div(tf.sub(patches, mean), deviation) as tf.Tensor3D)
        if (summary !== undefined) tokens = tf.concat([tf.tile(summary, [batch, 1, 1]), tokens], 1)
        const seen = blocks(tf.add(tokens, position), embedding)
        const pooled =
          extra === 1
            ? tf.reshape(tf.slice(seen, [0, 0, 0], [batch, 1, width]), [batch, width])
            : tf.mean(seen, 1)
        return head(pooled as tf.Tensor2D)
      })
    },
  }
}
