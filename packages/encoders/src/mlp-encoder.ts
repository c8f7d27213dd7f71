import {
  checkInteger,
  checkLength,
  checkShape,
  type Encoder,
  newVariables,
  type RandomKey,
} from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { denseLayers } from './dense-layers.ts'

export interface MlpEncoderOptions {
  /** Features a row. */
  readonly inputDimension: number
  /** Units of each layer; the last are the embedding. */
  readonly widths: readonly number[]
  /** Before each ReLU. Default 'none'. */
  readonly norm?: 'batch' | 'none'
}

/**
 * Linear layers with a ReLU after each, for rows of a table (as SCARF's encoder; Bahri et al. 2022).
 *
 * embed: float32 [batch, inputDimension] → [batch, last width]. Names: "layer1/kernel", "norm1/scale".
 *
 * @throws RangeError for sizes that are no positive integers; embed: TypeError for another shape
 *
 * @example
 * ```ts
 * import { mlpEncoder } from '@chiaro/encoders'
 * import { key, normal } from '@chiaro/random'
 *
 * const encoder = mlpEncoder({ inputDimension: 6, widths: [32, 16], norm: 'batch' }, key(1))
 * console.log(encoder.embed(normal(key(2), [4, 6])).shape) // [4, 16]
 * ```
 */
export function mlpEncoder(options: MlpEncoderOptions, key: RandomKey): Encoder {
  const { inputDimension, widths, norm = 'none' } = options
  checkLength('mlpEncoder', { widths }, { least: 1 })
  checkInteger('mlpEncoder', { inputDimension }, { least: 1 })
  for (const [i, width] of widths.entries())
    checkInteger('mlpEncoder', { [`widths[${i}]`]: width }, { least: 1 })
  const variables = newVariables()
  const dimensions = [inputDimension, ...widths]
  const layers = denseLayers(variables, { dimensions, norm, linearEnd: false }, key)
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed(x, options = {}) {
      checkShape('embed', { x }, ['batch', inputDimension])
      return tf.tidy(() => layers(x as tf.Tensor2D, options))
    },
  }
}
