import { checkShape, type Encoder, type RandomKey, type Variables } from '@chiaro/core'
import { foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { NewParameter } from '../new-parameter.ts'
import { type TransformerSizes, tokenNorm, transformer } from '../transformer-block.ts'
import { type ClipForm, formOf } from './clip-form.ts'

export interface ClipImageSizes extends TransformerSizes {
  /** Pixels along a picture's sides, and along a patch's. */
  readonly imageSize: number
  readonly patchSize: number
  readonly channels: number
  readonly embeddingDimension: number
}

export interface ClipImageEncoderOptions extends ClipImageSizes, ClipForm {
  /** By channel, of pixels in 0…1. */
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/**
 * CLIP's vision transformer (Radford et al. 2021): patches through a linear map without a bias, a class token before
 * them, positions, a layer norm, pre-norm blocks, a layer norm, and the class token through a projection.
 *
 * embed: float32 [batch, imageSize, imageSize, channels] in 0…1, standardised by channel → [batch, embeddingDimension].
 * Names "patch/kernel", "class", "position", "before/scale", "block1/…", "norm/scale", "head/kernel".
 */
export function clipImageEncoder(
  options: ClipImageEncoderOptions,
  variables: Variables,
  parameter: NewParameter,
  key: RandomKey,
): Encoder {
  const { imageSize, patchSize, channels, width, embeddingDimension, mean, deviation, epsilon } = options
  const side = imageSize / patchSize
  const places = side * side
  const pixels = patchSize * patchSize * channels
  const small = 1 / Math.sqrt(width)
  const drawn = (index: number, shape: readonly number[], standardDeviation: number) => () =>
    normal(foldIn(key, index), [...shape], { standardDeviation })
  const of = <T extends tf.Tensor>(
    name: string,
    index: number,
    shape: readonly number[],
    deviation = small,
  ) => parameter<T>(name, shape, drawn(index, shape, deviation))
  const patch = of<tf.Tensor2D>('patch/kernel', 0, [pixels, width], 1 / Math.sqrt(pixels))
  const summary = of<tf.Tensor3D>('class', 1, [1, 1, width])
  const position = of<tf.Tensor3D>('position', 2, [1, places + 1, width])
  const before = tokenNorm(parameter, 'before', width, epsilon)
  const blocks = transformer(parameter, options, foldIn(key, 3), formOf(options))
  const head = of<tf.Tensor2D>('head/kernel', 4, [width, embeddingDimension])
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
