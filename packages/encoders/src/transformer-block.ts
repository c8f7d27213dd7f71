import {
  checkInteger,
  checkNumber,
  type EmbedOptions,
  type NumberArguments,
  type RandomKey,
  rangeError,
} from '@chiaro/core'
import { gelu, layerNorm } from '@chiaro/ops'
import { foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { dropout } from './dropout.ts'
import type { NewParameter } from './new-parameter.ts'

export interface TransformerSizes {
  /** Numbers a token carries; a multiple of heads. */
  readonly width: number
  /** Blocks. */
  readonly depth: number
  readonly heads: number
  /** Units of a block's hidden layer, in widths. Default 4. */
  readonly mlpRatio?: number
  /** Share of each branch's result dropped in training. Default 0. */
  readonly dropout?: number
}

/** What differs between trained transformers of the same sizes. */
export interface TransformerForm {
  /** Of the hidden layers. Default the exact GELU. */
  readonly activation?: (x: tf.Tensor3D) => tf.Tensor3D
  /** Added to the layer norms' variances. Default 1e-5. */
  readonly epsilon?: number
}

/**
 * Tokens [batch, length, width] to the same; `mask`, bool, is true where a query (third axis) may look. `transformer`
 * takes [batch or 1, 1, length or 1, length] and hands its blocks [batch, heads, length, length].
 */
export type TokenLayer = (x: tf.Tensor3D, options: EmbedOptions, mask?: tf.Tensor4D) => tf.Tensor3D

/**
 * Pre-norm transformer blocks (Vaswani et al. 2017; Xiong et al. 2020), then a layer norm: x + attention(norm(x)),
 * then x + MLP(norm(x)) with GELU. Names "block1/attention/query/kernel", "block1/mlp/hidden/kernel",
 * "norm/scale". Memory: heads·length² attention weights for each sample and block.
 */
export function transformer(
  parameter: NewParameter,
  sizes: TransformerSizes,
  key: RandomKey,
  { activation = gelu, epsilon = 1e-5 }: TransformerForm = {},
): TokenLayer {
  const { width, depth, heads, mlpRatio = 4, dropout: rate = 0 } = sizes
  // Branches add up over 2·depth sums: a smaller start keeps the variance at about 1 (GPT-2's scaling).
  const last = 1 / Math.sqrt(2 * depth)
  const blocks = Array.from({ length: depth }, (_, b) => {
    const name = `block${b + 1}`
    const own = foldIn(key, b)
    const hidden = Math.round(width * mlpRatio)
    const attentionNorm = tokenNorm(parameter, `${name}/norm1`, width, epsilon)
    const attend = attention(parameter, `${name}/attention`, width, heads, last, foldIn(own, 0))
    const mlpNorm = tokenNorm(parameter, `${name}/norm2`, width, epsilon)
    const into = tokenDense(parameter, `${name}/mlp/hidden`, [width, hidden], 1, foldIn(own, 1))
    const out = tokenDense(parameter, `${name}/mlp/output`, [hidden, width], last, foldIn(own, 2))
    return ((x, options, mask) => {
      const drop = (h: tf.Tensor3D, index: number) =>
        dropout(h, rate, options.key ? { ...options, key: foldIn(options.key, 2 * b + index) } : options)
      const seen = tf.add(x, drop(attend(attentionNorm(x), options, mask), 0)) as tf.Tensor3D
      return tf.add(seen, drop(out(activation(into(mlpNorm(seen)))), 1))
    }) as TokenLayer
  })
  const finish = tokenNorm(parameter, 'norm', width, epsilon)
  return (x, options, mask) => {
    const [batch, length] = x.shape
    const everywhere = mask && stretched(mask, [batch, heads, length, length])
    return finish(blocks.reduce((h, block) => block(h, options, everywhere), x))
  }
}

/** [1, 1, length, length], true where a token (third axis) may look: at itself and those before. */
export function causalMask(length: number): tf.Tensor4D {
  const place = tf.range(0, length, 1, 'int32')
  const past = tf.lessEqual(tf.expandDims(place, 0), tf.expandDims(place, 1))
  return tf.reshape(past, [1, 1, length, length])
}

/** The mask for every head and pair of places, once for all blocks: wasm stretches a product five times faster. */
function stretched(mask: tf.Tensor4D, shape: [number, number, number, number]): tf.Tensor4D {
  return tf.cast(tf.mul(tf.cast(mask, 'float32'), tf.ones(shape)), 'bool')
}

/** A layer norm of every token. */
export function tokenNorm(
  parameter: NewParameter,
  name: string,
  width: number,
  epsilon: number,
): (x: tf.Tensor3D) => tf.Tensor3D {
  const scale = parameter<tf.Tensor1D>(`${name}/scale`, [width], () => tf.ones([width]))
  const offset = parameter<tf.Tensor1D>(`${name}/offset`, [width], () => tf.zeros([width]))
  return x => layerNorm(x, scale, offset, { epsilon }) as tf.Tensor3D
}

/** x·kernel + bias for every token, as one matrix product. */
export function tokenDense(
  parameter: NewParameter,
  name: string,
  [inputs, outputs]: readonly [number, number],
  gain: number,
  key: RandomKey,
): (x: tf.Tensor3D) => tf.Tensor3D {
  const standardDeviation = gain / Math.sqrt(inputs)
  const kernel = parameter<tf.Tensor2D>(`${name}/kernel`, [inputs, outputs], () =>
    normal(key, [inputs, outputs], { standardDeviation }),
  )
  const bias = parameter<tf.Tensor1D>(`${name}/bias`, [outputs], () => tf.zeros([outputs]))
  return x => {
    const [batch, length] = x.shape
    const y = tf.add(tf.matMul(tf.reshape(x, [batch * length, inputs]) as tf.Tensor2D, kernel), bias)
    return tf.reshape(y, [batch, length, outputs])
  }
}

/** softmax(q·kᵀ/√d)·v for each head, heads side by side, then a linear layer. */
function attention(
  parameter: NewParameter,
  name: string,
  width: number,
  heads: number,
  gain: number,
  key: RandomKey,
): TokenLayer {
  const size = width / heads
  const [query, keys, value] = ['query', 'key', 'value'].map((part, i) =>
    tokenDense(parameter, `${name}/${part}`, [width, width], 1, foldIn(key, i)),
  )
  const output = tokenDense(parameter, `${name}/output`, [width, width], gain, foldIn(key, 3))
  return (x, _, mask) => {
    const [batch, length] = x.shape
    const byHead = (h: tf.Tensor3D) =>
      tf.transpose(tf.reshape(h, [batch, length, heads, size]), [0, 2, 1, 3]) as tf.Tensor4D
    const logits = tf.matMul(tf.mul(byHead(query(x)), 1 / Math.sqrt(size)), byHead(keys(x)), false, true)
    const weights = maskedSoftmax(logits as tf.Tensor4D, mask)
    const seen = tf.transpose(tf.matMul(weights, byHead(value(x))), [0, 2, 1, 3])
    return output(tf.reshape(seen, [batch, length, width]) as tf.Tensor3D)
  }
}

/** Softmax over the last axis of what the mask, of the logits' shape, lets through; 0 in a row without any. */
function maskedSoftmax(logits: tf.Tensor4D, mask: tf.Tensor4D | undefined): tf.Tensor4D {
  if (mask === undefined) return tf.softmax(logits)
  // By selection: an added −1e9 would swallow a logit's digits where all are masked.
  const lowest = tf.where(mask, logits, tf.fill(logits.shape, -1e30))
  return tf.where(mask, tf.softmax(lowest), tf.zerosLike(logits)) as tf.Tensor4D
}

/** @throws RangeError for sizes that are no positive integers, heads that do not divide width, a wrong dropout */
export function checkSizes(where: string, sizes: TransformerSizes, more: NumberArguments): void {
  const { width, depth, heads, mlpRatio = 4, dropout = 0 } = sizes
  checkInteger(where, { width, depth, heads, ...more }, { least: 1 })
  if (width % heads !== 0) throw rangeError(where, 'heads', `a divisor of width ${width}`, String(heads))
  // At least one hidden unit, rounded.
  checkNumber(where, { mlpRatio }, { least: 0.5 / width })
  checkNumber(where, { dropout }, { least: 0, below: 1 })
}
