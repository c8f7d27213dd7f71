import {
  checkInteger,
  checkLength,
  checkNumber,
  checkShape,
  conflictError,
  type EmbedOptions,
  type Encoder,
  newVariables,
  type RandomKey,
  rangeError,
  type Variables,
} from '@chiaro/core'
import { dense, foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { batchNormLayer } from './batch-norm-layer.ts'
import { dropout } from './dropout.ts'
import { groupNormLayer } from './group-norm-layer.ts'

/** One convolution, zero-padded ('same'): an odd kernel size, output channels, stride. */
export interface ConvLayer {
  readonly kernel: number
  readonly width: number
  readonly stride: number
}

export interface ConvEncoderOptions {
  readonly inputShape: readonly [height: number, width: number, channels: number]
  /** Further heights and widths that pictures may have, by the same weights; not with pooling 'flatten'. Default: none. */
  readonly moreSizes?: readonly (readonly [height: number, width: number])[]
  /** Stages in order; with `residual`, each adds its input to its output. */
  readonly stages: readonly (readonly ConvLayer[])[]
  /** Units of the linear layer at the end. Default: there is none, and the pooled features are the embedding. */
  readonly embeddingDimension?: number
  /** Default false. */
  readonly residual?: boolean
  /** After each convolution; 'group' has up to 8 groups of channels and no running statistics. Default 'batch'. */
  readonly norm?: 'batch' | 'group' | 'none'
  /**
   * What remains of the last feature map: all of it, its mean over places, or the means of grid × grid windows of
   * equal size that cover it (of length l a side has windows of l − (grid − 1)⌊l/grid⌋). Default 'flatten'.
   */
  readonly pooling?: 'flatten' | 'average' | { readonly grid: number }
  /** Share of features dropped before the last layer in training. Default 0. */
  readonly dropout?: number
  /** Pictures enter as (x − mean)/deviation. Defaults 0.5 and 0.25. */
  readonly mean?: number
  readonly deviation?: number
}

/**
 * A convolution net, plain or residual (He et al. 2016): convolutions with batch norm and ReLU in stages, pooled,
 * then one linear layer if asked for. Kernels start as He et al. 2015 (normal, variance 2/inputs).
 *
 * embed: [batch, height, width, channels] in 0…1 → [batch, embeddingDimension or features]. Names: "stage1/conv1/kernel",
 * "stage1/norm1/scale", "stage1/shortcut/kernel", "head/kernel". Memory: the feature maps of a batch.
 *
 * @throws RangeError for sizes that are no positive integers or an even kernel; embed: TypeError for another shape
 *
 * @example
 * ```ts
 * import { convEncoder } from '@chiaro/encoders'
 * import { key, uniform } from '@chiaro/random'
 *
 * const stage = (width: number) => [{ kernel: 3, width, stride: 2 }, { kernel: 3, width, stride: 1 }]
 * const encoder = convEncoder(
 *   { inputShape: [32, 32, 3], stages: [stage(8), stage(16)], residual: true, pooling: 'average' },
 *   key(1),
 * )
 * const pictures = uniform(key(2), [4, 32, 32, 3])
 * console.log(encoder.embed(pictures).shape) // [4, 16]: without embeddingDimension the pooled features
 * encoder.embed(pictures, { training: true }) // by the batch's statistics, which it moves the running ones to
 * ```
 */
export function convEncoder(options: ConvEncoderOptions, key: RandomKey): Encoder {
  const { inputShape, stages, embeddingDimension, residual = false, norm = 'batch' } = options
  const { pooling = 'flatten', dropout: rate = 0, mean = 0.5, deviation = 0.25, moreSizes = [] } = options
  checkOptions(options)
  const variables = newVariables()
  let channels = inputShape[2]
  let count = 0
  const nextKey = () => foldIn(key, count++)
  const layers = stages.map((stage, s) => {
    const from = channels
    const convolutions = stage.map((layer, l) => {
      // The last activation of a residual stage comes after the sum.
      const activation = residual && l === stage.length - 1 ? 'linear' : 'relu'
      const convolve = convolution(
        variables,
        `stage${s + 1}`,
        l + 1,
        channels,
        layer,
        norm,
        activation,
        nextKey(),
      )
      channels = layer.width
      return convolve
    })
    if (!residual) return (x: tf.Tensor4D, options: EmbedOptions) => through(convolutions, x, options)
    const stride = stage.reduce((product, layer) => product * layer.stride, 1)
    const shortcut =
      stride === 1 && from === channels
        ? (x: tf.Tensor4D) => x
        : projection(variables, `stage${s + 1}/shortcut`, [from, channels], stride, nextKey())
    return (x: tf.Tensor4D, options: EmbedOptions) =>
      tf.relu(tf.add(through(convolutions, x, options), shortcut(x))) as tf.Tensor4D
  })
  const sizes = [inputShape, ...moreSizes].map(([height, width]) => ({
    ...{ height, width },
    ...pooled(pooling, ...lastMapSize(stages, [height, width])),
  }))
  const features = sizes[0].places * channels
  const head =
    embeddingDimension === undefined
      ? undefined
      : dense(variables, 'head', [features, embeddingDimension], nextKey())
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed(x, embedding = {}) {
      const pool =
        sizes.find(({ height, width }) => x.shape[1] === height && x.shape[2] === width) ?? sizes[0]
      checkShape('embed', { x }, ['batch', pool.height, pool.width, inputShape[2]])
      return tf.tidy(() => {
        let h = tf.div(tf.sub(x, mean), deviation) as tf.Tensor4D
        for (const layer of layers) h = layer(h, embedding)
        const flat = tf.reshape(pool.apply(h), [x.shape[0], features]) as tf.Tensor2D
        const kept = dropout(flat, rate, embedding)
        return head === undefined ? kept : head(kept)
      })
    },
  }
}

/**
 * Height and width of the last feature map of pictures of some size.
 *
 * @example
 * ```ts
 * import { lastMapSize } from '@chiaro/encoders'
 *
 * const layer = { kernel: 3, width: 8, stride: 2 }
 * console.log(lastMapSize([[layer], [layer]], [28, 28])) // [7, 7]: how many places pooling 'flatten' keeps
 * ```
 */
export function lastMapSize(
  stages: ConvEncoderOptions['stages'],
  size: readonly [height: number, width: number],
): readonly [height: number, width: number] {
  const strides = stages.flat().map(({ stride }) => stride)
  const [height, width] = size.map(side => strides.reduce((left, stride) => Math.ceil(left / stride), side))
  return [height, width]
}

/** The pooling of a [batch, height, width, channels] map, and how many places it leaves. */
function pooled(pooling: NonNullable<ConvEncoderOptions['pooling']>, height: number, width: number) {
  if (pooling === 'flatten') return { places: height * width, apply: (h: tf.Tensor4D): tf.Tensor => h }
  if (pooling === 'average') return { places: 1, apply: (h: tf.Tensor4D): tf.Tensor => tf.mean(h, [1, 2]) }
  const { grid } = pooling
  const places = grid * grid
  const means = windowMeans(height, width, grid)
  return {
    places,
    // A product, not avgPool, whose gradient takes stock wasm forty times as long as the pooling itself.
    apply: (h: tf.Tensor4D): tf.Tensor => {
      const [batch, , , channels] = h.shape
      const windows = tf.tensor3d(means, [1, places, height * width])
      return tf.matMul(windows, tf.reshape(h, [batch, height * width, channels]))
    },
  }
}

/** [grid · grid, height · width]: the matrix that takes a map to the means of its windows. */
function windowMeans(height: number, width: number, grid: number): Float32Array {
  const [down, across] = [Math.floor(height / grid), Math.floor(width / grid)]
  const [rows, columns] = [height - (grid - 1) * down, width - (grid - 1) * across]
  const means = new Float32Array(grid * grid * height * width)
  for (let i = 0; i < grid; i++)
    for (let j = 0; j < grid; j++)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++) {
          means[(i * grid + j) * height * width + (i * down + y) * width + j * across + x] =
            1 / (rows * columns)
        }
  return means
}

type Layer = (x: tf.Tensor4D, options: EmbedOptions) => tf.Tensor4D

function through(layers: readonly Layer[], x: tf.Tensor4D, options: EmbedOptions): tf.Tensor4D {
  return layers.reduce((h, layer) => layer(h, options), x)
}

/** Convolution, norm, activation; without a norm the convolution has a bias. */
function convolution(
  variables: Variables,
  stage: string,
  index: number,
  inputs: number,
  { kernel, width, stride }: ConvLayer,
  norm: 'batch' | 'group' | 'none',
  activation: 'linear' | 'relu',
  key: RandomKey,
): Layer {
  const standardDeviation = Math.sqrt(2 / (kernel * kernel * inputs))
  const weights = variables.parameter(
    `${stage}/conv${index}/kernel`,
    normal(key, [kernel, kernel, inputs, width], { standardDeviation }) as tf.Tensor4D,
  )
  if (norm === 'batch') {
    const normalise = batchNormLayer(variables, `${stage}/norm${index}`, width, activation)
    return (x, options) => normalise(tf.conv2d(x, weights, stride, 'same'), options) as tf.Tensor4D
  }
  if (norm === 'group') {
    const normalise = groupNormLayer(variables, `${stage}/norm${index}`, width, activation)
    return x => normalise(tf.conv2d(x, weights, stride, 'same'))
  }
  const bias = variables.parameter(`${stage}/conv${index}/bias`, tf.zeros([width]))
  return x => {
    const y = tf.add(tf.conv2d(x, weights, stride, 'same'), bias) as tf.Tensor4D
    return activation === 'relu' ? tf.relu(y) : y
  }
}

/** A 1×1 convolution that gives a shortcut its stage's shape. */
function projection(
  variables: Variables,
  name: string,
  [inputs, outputs]: readonly [number, number],
  stride: number,
  key: RandomKey,
): (x: tf.Tensor4D) => tf.Tensor4D {
  const standardDeviation = Math.sqrt(1 / inputs)
  const weights = variables.parameter(
    `${name}/kernel`,
    normal(key, [1, 1, inputs, outputs], { standardDeviation }) as tf.Tensor4D,
  )
  return x => tf.conv2d(x, weights, stride, 'same')
}

function checkOptions({
  inputShape,
  stages,
  embeddingDimension,
  dropout = 0,
  deviation = 1,
  pooling = 'flatten',
  moreSizes = [],
}: ConvEncoderOptions): void {
  const where = 'convEncoder'
  checkInteger(where, { inputShape }, { least: 1 })
  moreSizes.forEach((size, i) => {
    checkInteger(where, { [`moreSizes[${i}]`]: size }, { least: 1 })
  })
  if (moreSizes.length > 0 && pooling === 'flatten') {
    throw conflictError(where, 'moreSizes', 'moreSizes needs pooling average or a grid, got flatten')
  }
  if (embeddingDimension !== undefined) checkInteger(where, { embeddingDimension }, { least: 1 })
  checkLength(where, { stages }, { least: 1 })
  stages.forEach((stage, s) => {
    checkLength(where, { [`stages[${s}]`]: stage }, { least: 1 })
    stage.forEach(({ kernel, width, stride }, l) => {
      for (const [name, value] of Object.entries({ kernel, width, stride }))
        checkInteger(where, { [`stages[${s}][${l}].${name}`]: value }, { least: 1 })
      if (kernel % 2 === 0) throw rangeError(where, `stages[${s}][${l}].kernel`, 'odd', String(kernel))
    })
  })
  if (typeof pooling === 'object') {
    const maps = [inputShape, ...moreSizes].flatMap(([height, width]) => lastMapSize(stages, [height, width]))
    // Not more windows than the shorter side of the last map has pixels.
    checkInteger(where, { 'pooling.grid': pooling.grid }, { least: 1, most: Math.min(...maps) })
  }
  checkNumber(where, { dropout }, { least: 0, below: 1 })
  checkNumber(where, { deviation }, { above: 0 })
}
