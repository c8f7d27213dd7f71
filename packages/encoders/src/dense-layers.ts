import type { EmbedOptions, RandomKey, Variables } from '@chiaro/core'
import { dense, foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { batchNormLayer } from './batch-norm-layer.ts'

export interface DenseLayersOptions {
  /** Of the input, and of what each layer gives. */
  readonly dimensions: readonly number[]
  /** Before each ReLU. */
  readonly norm: 'batch' | 'none'
  /** Whether the last layer has no norm and no ReLU. */
  readonly linearEnd: boolean
}

/** Linear layers with norm and ReLU after each, "layer1/kernel", "norm1/scale". */
export function denseLayers(
  variables: Variables,
  { dimensions, norm, linearEnd }: DenseLayersOptions,
  key: RandomKey,
): (x: tf.Tensor2D, options: EmbedOptions) => tf.Tensor2D {
  const count = dimensions.length - 1
  const steps = Array.from({ length: count }, (_, i) => {
    const isLinear = linearEnd && i === count - 1
    const shape = [dimensions[i], dimensions[i + 1]] as const
    const bias = isLinear || norm === 'none'
    const gain = isLinear ? 1 : Math.SQRT2
    const linear = dense(variables, `layer${i + 1}`, shape, foldIn(key, i), { gain, bias })
    if (isLinear) return linear
    if (norm === 'none') return (x: tf.Tensor2D) => tf.relu(linear(x))
    const normalise = batchNormLayer(variables, `norm${i + 1}`, dimensions[i + 1], 'relu')
    return (x: tf.Tensor2D, options: EmbedOptions) => normalise(linear(x), options) as tf.Tensor2D
  })
  return (x, options) => steps.reduce((h, step) => step(h, options), x)
}
