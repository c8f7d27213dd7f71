import { checkShape, type Encoder, type Variables } from '@chiaro/core'
import { key } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { NewParameter } from '../new-parameter.ts'
import { type TransformerForm, type TransformerSizes, tokenNorm, transformer } from '../transformer-block.ts'

export interface ClipImageSizes extends TransformerSizes {
  /** Pixels along a picture's sides, and along a patch's. */
  readonly imageSize: number
  readonly patchSize: number
  readonly channels: number
  readonly embeddingDimension: number
}

/**
 * CLIP's vision transformer (Radford et al. 2021): patches through a linear map without a bias, a class token before
 * them, positions, a layer norm, pre-norm blocks, a layer norm, and the class token through a projection.
 *
 * embed: float32 [batch, imageSize, imageSize, channels] in 0…1, standardised by channel → [batch, embeddingDimension].
 * Names "patch/kernel", "class", "position", "before/scale", "block1/…", "norm/scale", "head/kernel".
 */
export function clipImageEncoder(
  sizes: ClipImageSizes,
  form: Required<TransformerForm>,
  { mean, deviation }: { readonly mean: readonly number[]; readonly deviation: readonly number[] },
  variables: Variables,
  parameter: NewParameter,
): Encoder {
  const { imageSize, patchSize, channels, width, embeddingDimension } = sizes
  const side = imageSize / patchSize
  const places = side * side
  const pixels = patchSize * patchSize * channels
  const unused = () => tf.zeros([0])
  const patch = parameter<tf.Tensor2D>('patch/kernel', [pixels, width], unused)
  const summary = parameter<tf.Tensor3D>('class', [1, 1, width], unused)
  const position = parameter<tf.Tensor3D>('position', [1, places + 1, width], unused)
  const before = tokenNorm(parameter, 'before', width, form.epsilon)
  const blocks = transformer(parameter, sizes, key(0), form) // Nothing is drawn with this key.
  const head = parameter<tf.Tensor2D>('head/kernel', [width, embeddingDimension], unused)
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed(x, embedding = {}) {
      checkShape('embed', { x }, ['batch', imageSize, imageSize, channels])
      return tf.tidy(() => {
        const batch = x.shape[0]
        const standard = tf.div(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...deviation]))
        const grid = tf.reshape(standard, [batch, side, patchSize, side, patchSize * channels])
        const patches = tf.reshape(tf.transpose(grid, [0, 1, 3, 2, 4]), [batch * places, pixels])
        const seen = tf.reshape(tf.matMul(patches, patch), [batch, places, width])
        const tokens = tf.concat([tf.mul(summary, tf.ones([batch, 1, 1])), seen], 1)
        const out = blocks(before(tf.add(tokens, position)), embedding)
        return tf.matMul(tf.reshape(tf.slice(out, [0, 0, 0], [batch, 1, width]), [batch, width]), head)
      })
    },
  }
}
