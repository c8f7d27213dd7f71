import {
  type Buffers,
  checkInteger,
  checkShape,
  type EmbedOptions,
  type Encoder,
  newVariables,
  type Parameters,
  type RandomKey,
} from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { denseLayers } from './dense-layers.ts'

/** A map of embeddings with parameters of its own. */
export interface ProjectionHead {
  readonly parameters: Parameters
  readonly buffers: Buffers
  project(x: tf.Tensor2D, options?: EmbedOptions): tf.Tensor2D
}

export interface ProjectionHeadOptions {
  readonly inputDimension: number
  /** Units of every hidden layer. */
  readonly hiddenDimension: number
  readonly outputDimension: number
  /** Linear layers, the last included. Default 2. */
  readonly layers?: number
  /** After each hidden linear layer, before its ReLU. Default 'batch'. */
  readonly norm?: 'batch' | 'none'
}

/**
 * SimCLR's projection head: linear layers with batch norm and ReLU between them (Chen et al. 2020). The loss is taken
 * on what it gives, and the head left off afterwards.
 *
 * project: [batch, inputDimension] → [batch, outputDimension]. Names "layer1/kernel", "norm1/scale".
 *
 * @throws RangeError for sizes that are no positive integers; project: TypeError for another shape
 *
 * @example
 * ```ts
 * import { projectionHead } from '@chiaro/encoders'
 * import { key, normal } from '@chiaro/random'
 *
 * const head = projectionHead({ inputDimension: 32, hiddenDimension: 64, outputDimension: 16, layers: 3 }, key(1))
 * console.log(head.project(normal(key(2), [8, 32]), { training: true }).shape) // [8, 16]
 * ```
 */
export function projectionHead(options: ProjectionHeadOptions, key: RandomKey): ProjectionHead {
  const { inputDimension, hiddenDimension, outputDimension, layers = 2, norm = 'batch' } = options
  const sizes = { inputDimension, hiddenDimension, outputDimension, layers }
  checkInteger('projectionHead', sizes, { least: 1 })
  const variables = newVariables()
  const hidden = Array.from({ length: layers - 1 }, () => hiddenDimension)
  const dimensions = [inputDimension, ...hidden, outputDimension]
  const through = denseLayers(variables, { dimensions, norm, linearEnd: true }, key)
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    project(x, options = {}) {
      checkShape('project', { x }, ['batch', inputDimension])
      return tf.tidy(() => through(x, options))
    },
  }
}

/**
 * The encoder x ↦ head(encoder(x)). Parameters are those of both, by the names "encoder/…" and "head/…"; the parts stay
 * usable by themselves, and share their values.
 *
 * @example
 * ```ts
 * import { mlpEncoder, projectionHead, withHead } from '@chiaro/encoders'
 * import { key, normal } from '@chiaro/random'
 *
 * const encoder = mlpEncoder({ inputDimension: 4, widths: [16] }, key(1))
 * const head = projectionHead({ inputDimension: 16, hiddenDimension: 32, outputDimension: 8 }, key(2))
 * const both = withHead(encoder, head) // train this one
 * const x = normal(key(3), [8, 4])
 * console.log(both.embed(x, { training: true }).shape, encoder.embed(x).shape) // [8, 8]; use this: [8, 16]
 * ```
 */
export function withHead(encoder: Encoder, head: ProjectionHead): Encoder {
  return {
    parameters: { ...prefixed('encoder', encoder.parameters), ...prefixed('head', head.parameters) },
    buffers: { ...prefixed('encoder', encoder.buffers), ...prefixed('head', head.buffers) },
    embed: (x, options) => tf.tidy(() => head.project(encoder.embed(x, options), options)),
  }
}

function prefixed(prefix: string, variables: Parameters): Parameters {
  return Object.fromEntries(Object.entries(variables).map(([name, v]) => [`${prefix}/${name}`, v]))
}
