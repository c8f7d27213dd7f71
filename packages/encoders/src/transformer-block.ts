import { type EmbedOptions, foldIn, normal, type RandomKey, rangeError, type Variables } from '@chiaro/core'
import { gelu, layerNorm } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { dropout } from './dropout.ts'

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
export function transformer(variables: Variables, sizes: TransformerSizes, key: RandomKey): TokenLayer {
  const { width, depth, heads, mlpRatio = 4, dropout: rate = 0 } = sizes
  // Branches add up over 2·depth sums: a smaller start keeps the variance at about 1 (GPT-2's scaling).
  const last = 1 / Math.sqrt(2 * depth)
  const blocks = Array.from({ length: depth }, (_, b) => {
    const name = `block${b + 1}`
    const own = foldIn(key, b)
    const hidden = Math.round(width * mlpRatio)
    const attentionNorm = norm(variables, `${name}/norm1`, width)
    const attend = attention(variables, `${name}/attention`, width, heads, last, foldIn(own, 0))
    const mlpNorm = norm(variables, `${name}/norm2`, width)
    const into = tokenDense(variables, `${name}/mlp/hidden`, [width, hidden], 1, foldIn(own, 1))
    const out = tokenDense(variables, `${name}/mlp/output`, [hidden, width], last, foldIn(own, 2))
    return ((x, options, mask) => {
      const drop = (h: tf.Tensor3D, index: number) =>
        dropout(h, rate, options.key ? { ...options, key: foldIn(options.key, 2 * b + index) } : options)
      const seen = tf.add(x, drop(attend(attentionNorm(x), options, mask), 0)) as tf.Tensor3D
      return tf.add(seen, drop(out(gelu(into(mlpNorm(seen)))), 1))
    }) as TokenLayer
  })
  const finish = norm(variables, 'norm', width)
  return (x, options, mask) => {
    const [batch, length] = x.shape
    const everywhere = mask && stretched(mask, [batch, heads, length, length])
    return finish(blocks.reduce((h, block) => block(h, options, everywhere), x))
  }
}

/** The mask for every head and pair of places, once for all blocks: wasm stretches a product five times faster. */
function stretched(mask: tf.Tensor4D, shape: [number, number, number, number]): tf.Tensor4D {
  return tf.cast(tf.mul(tf.cast(mask, 'float32'), tf.ones(shape)), 'bool')
}

function norm(variables: Variables, name: string, width: number): (x: tf.Tensor3D) => tf.Tensor3D {
  const scale = variables.parameter(`${name}/scale`, tf.ones([width]) as tf.Tensor1D)
  const offset = variables.parameter(`${name}/offset`, tf.zeros([width]) as tf.Tensor1D)
  return x => layerNorm(x, scale, offset) as tf.Tensor3D
}

/** x·kernel + bias for every token, as one matrix product. */
export function tokenDense(
  variables: Variables,
  name: string,
  [inputs, outputs]: readonly [number, number],
  gain: number,
  key: RandomKey,
): (x: tf.Tensor3D) => tf.Tensor3D {
  const standardDeviation = gain / Math.sqrt(inputs)
  const kernel = variables.parameter(
    `${name}/kernel`,
    normal(key, [inputs, outputs], { standardDeviation }) as tf.Tensor2D,
  )
  const bias = variables.parameter(`${name}/bias`, tf.zeros([outputs]) as tf.Tensor1D)
  return x => {
    const [batch, length] = x.shape
    const y = tf.add(tf.matMul(tf.reshape(x, [batch * length, inputs]) as tf.Tensor2D, kernel), bias)
    return tf.reshape(y, [batch, length, outputs])
  }
}

/** softmax(q·kᵀ/√d)·v for each head, heads side by side, then a linear layer. */
function attention(
  variables: Variables,
  name: string,
  width: number,
  heads: number,
  gain: number,
  key: RandomKey,
): TokenLayer {
  const size = width / heads
  const [query, keys, value] = ['query', 'key', 'value'].map((part, i) =>
    tokenDense(variables, `${name}/${part}`, [width, width], 1, foldIn(key, i)),
  )
  const output = tokenDense(variables, `${name}/output`, [width, width], gain, foldIn(key, 3))
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
export function checkSizes(
  where: string,
  sizes: TransformerSizes,
  more: Readonly<Record<string, number>>,
): void {
  const { width, depth, heads, mlpRatio = 4, dropout = 0 } = sizes
  for (const [name, value] of Object.entries({ width, depth, heads, ...more })) {
    if (!Number.isInteger(value) || value < 1)
      throw rangeError(where, name, 'a positive integer', String(value))
  }
  if (width % heads !== 0) throw rangeError(where, 'heads', `a divisor of width ${width}`, String(heads))
  if (!(mlpRatio > 0 && Math.round(width * mlpRatio) >= 1))
    throw rangeError(where, 'mlpRatio', 'above 0', String(mlpRatio))
  if (!(dropout >= 0 && dropout < 1)) throw rangeError(where, 'dropout', 'in [0, 1)', String(dropout))
}
