import * as tf from '@tensorflow/tfjs-core'
import { customGradient } from './custom-gradient.ts'
import { rangeError, typeError } from './errors.ts'
import { hasFastKernel, runFastKernel } from './fast-kernel.ts'
import { gradientDepth } from './gradient-depth.ts'
import { logSumExp } from './log-sum-exp.ts'
import { PairwiseLogSumExp, PairwiseLogSumExpGrad } from './pairwise-log-sum-exp-contract.ts'
import { type Indices, type PairMask, type Pairs, pairsOf } from './pairwise-pairs.ts'
import {
  finiteOrZero,
  type PairwiseTensors,
  tiledBackward,
  tiledForward,
  tileLogits,
  withoutBystanders,
} from './pairwise-tiles.ts'

export interface PairwiseLogSumExpOptions {
  /** s: a number, or a scalar tensor, which then gets a gradient. Default 1. */
  readonly scale?: number | tf.Tensor
  /** [m], w_j ≥ 0; a key of weight 0 takes no part. Default 1. Differentiable where positive. */
  readonly weights?: tf.Tensor1D
  /** Which keys take part for which query. Default: all. */
  readonly mask?: PairMask
  /** Lists [n] of further keys left out, one key (−1: none) for each query. Default: none. */
  readonly exclude?: readonly Indices[]
  /**
   * [n], c_i subtracted from each logit of row i before anything is summed: log Σ exp(z_ij − c_i) keeps the
   * digits that the difference of two large numbers would lose. Default 0. Differentiable.
   */
  readonly rowOffset?: tf.Tensor1D
  /** [m], the same for columns. Default 0. Differentiable. */
  readonly columnOffset?: tf.Tensor1D
  /** Also the log-sum-exp over queries for each key. Default false. */
  readonly columns?: boolean
  /** Queries and keys in a tile of the composed form. Default 512. */
  readonly tileSize?: number
}

/** Log-sum-exps over keys (one a query) and over queries (one a key), in nats. */
export interface RowsAndColumns {
  /** [n] */
  readonly rows: tf.Tensor1D
  /** [m] */
  readonly columns: tf.Tensor1D
}

/**
 * rows_i = log Σ_j exp(z_ij − rowOffset_i) and, when asked, columns_j = log Σ_i exp(z_ij − columnOffset_j), where
 * z_ij = s·q_iᵀk_j + log w_j and the sums run over the pairs that take part; in nats. It is what NT-Xent, InfoNCE,
 * CLIP and SupCon share (notes eq. 1.16–1.20).
 *
 * The n×m logits are never stored: tiles of tileSize² are computed with a running maximum, and once more for the
 * gradient. Beside inputs and results, at most about five tiles live at a time (5 MB at 512), and the gradient's
 * [n + m, d]. A backend with kernels of its own (`registerFastKernel`) uses them. Masking is selection: a pair
 * left out never enters a maximum or a sum. The log-sum-exp of no pairs is −∞ with zero gradient.
 *
 * Within two or more nested gradients the whole n×m matrix is composed of differentiable ops, so derivatives of
 * any order exist there.
 *
 * @param queries [n, d]
 * @param keys [m, d]
 * @throws TypeError for shapes or dtypes that don't fit; RangeError for host indices outside the keys
 */
export function pairwiseLogSumExp(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  options: PairwiseLogSumExpOptions & { readonly columns: true },
): RowsAndColumns
export function pairwiseLogSumExp(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  options?: PairwiseLogSumExpOptions & { readonly columns?: false },
): tf.Tensor1D
export function pairwiseLogSumExp(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  options: PairwiseLogSumExpOptions = {},
): tf.Tensor1D | RowsAndColumns {
  const { scale = 1, weights, mask, exclude = [], rowOffset, columnOffset, columns = false } = options
  const { tileSize = 512 } = options
  check(queries, keys, options, tileSize)
  const [n, m] = [queries.shape[0], keys.shape[0]]
  return tf.tidy(() => {
    const all = combined()
    return columns ? { rows: tf.slice(all, 0, n), columns: tf.slice(all, n, m) } : all
  }) as tf.Tensor1D | RowsAndColumns

  /** rows, then columns if asked, in one tensor: tfjs's custom gradients have one output. */
  function combined(): tf.Tensor {
    const pairs = pairsOf('pairwiseLogSumExp', [n, m], mask, exclude)
    const tensors = {
      queries: scale === 1 ? queries : tf.mul(queries, scale),
      keys,
      keyBias: weights === undefined ? undefined : logWeights(weights),
      rowOffset,
      columnOffset: columns ? columnOffset : undefined,
    }
    if (n === 0 || m === 0) return ofNoPairs(tensors, columns ? n + m : n)
    if (gradientDepth() > 1) return composed(tensors, pairs, columns)
    return withTiledGradient(tensors, pairs, columns, tileSize)
  }
}

/** −∞ throughout, with a gradient of zero for each input. */
function ofNoPairs(tensors: PairwiseTensors, size: number): tf.Tensor {
  const inputs = present(tensors).map(entry => entry[1])
  const shapes = inputs.map(input => input.shape)
  return customGradient(
    () => ({
      value: tf.fill([size], Number.NEGATIVE_INFINITY),
      saved: [],
      gradient: () => shapes.map(shape => tf.zeros(shape)),
    }),
    ...inputs,
  )
}

function logWeights(weights: tf.Tensor1D): tf.Tensor {
  const positive = tf.greater(weights, 0)
  const logarithms = tf.log(tf.where(positive, weights, tf.onesLike(weights)))
  return tf.where(positive, logarithms, tf.fill(weights.shape, Number.NEGATIVE_INFINITY))
}

/** The same numbers from the whole matrix of logits, in ops that tfjs can differentiate as often as asked. */
function composed(tensors: PairwiseTensors, pairs: Pairs, columns: boolean): tf.Tensor {
  const { queries, keys, rowOffset, columnOffset } = tensors
  const z = tileLogits(withoutBystanders(tensors, pairs), pairs, {
    queries: [0, queries.shape[0]],
    keys: [0, keys.shape[0]],
  })
  const rows = logSumExp(rowOffset === undefined ? z : tf.sub(z, tf.expandDims(rowOffset, 1)), 1)
  if (!columns) return rows
  return tf.concat([rows, logSumExp(columnOffset === undefined ? z : tf.sub(z, columnOffset), 0)])
}

function withTiledGradient(
  tensors: PairwiseTensors,
  pairs: Pairs,
  columns: boolean,
  tileSize: number,
): tf.Tensor {
  const n = tensors.queries.shape[0]
  const fast = hasFastKernel(PairwiseLogSumExp) && hasFastKernel(PairwiseLogSumExpGrad)
  const differentiable = present(tensors)
  const selection = present(pairs)
  const named = [...differentiable, ...selection]
  return customGradient(
    () => {
      const outputs = fast
        ? runFastKernel(PairwiseLogSumExp, Object.fromEntries(named), { columns })
        : tiledForward(tensors, pairs, columns, tileSize)
      const value = columns ? tf.concat(outputs) : outputs[0]
      return { value, saved: [...named.map(entry => entry[1]), value], gradient }
    },
    ...differentiable.map(entry => entry[1]),
  )

  function gradient(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
    const value = saved[saved.length - 1]
    const kept = Object.fromEntries(named.map(([name], i) => [name, saved[i]]))
    const inputs = pick(kept, differentiable) as unknown as PairwiseTensors
    // An empty row's log-sum-exp is −∞ whatever its inputs: nothing flows back from it.
    const empty = tf.equal(value, Number.NEGATIVE_INFINITY)
    const flowing = tf.where(empty, tf.zerosLike(dy), dy)
    const finite = finiteOrZero(value)
    const backward = {
      rows: firstRows(finite),
      rowGradient: firstRows(flowing),
      ...(columns && { columns: rest(finite), columnGradient: rest(flowing) }),
    }
    const [dQueries, dKeys, dKeyBias] = fast
      ? runFastKernel(PairwiseLogSumExpGrad, { ...kept, ...backward }, { columns })
      : tiledBackward(inputs, { ...pairs, ...pick(kept, selection) }, backward, tileSize)
    const gradients: Readonly<Record<string, () => tf.Tensor>> = {
      queries: () => dQueries,
      keys: () => dKeys,
      keyBias: () => dKeyBias,
      rowOffset: () => tf.neg(backward.rowGradient),
      columnOffset: () => tf.neg(rest(flowing)),
    }
    return differentiable.map(([name]) => gradients[name]())
  }

  function firstRows(x: tf.Tensor): tf.Tensor {
    return columns ? tf.slice(x, 0, n) : x
  }

  function rest(x: tf.Tensor): tf.Tensor {
    return tf.slice(x, n, x.shape[0] - n)
  }
}

function present(tensors: object): [name: string, tensor: tf.Tensor][] {
  return Object.entries(tensors).filter(entry => entry[1] instanceof tf.Tensor)
}

function pick(all: Readonly<Record<string, tf.Tensor>>, entries: readonly (readonly [string, unknown])[]) {
  return Object.fromEntries(entries.map(([name]) => [name, all[name]]))
}

function check(
  queries: tf.Tensor,
  keys: tf.Tensor,
  { scale, weights, rowOffset, columnOffset }: PairwiseLogSumExpOptions,
  tileSize: number,
): void {
  const where = 'pairwiseLogSumExp'
  for (const [argument, tensor] of Object.entries({ queries, keys })) {
    if (tensor.rank !== 2) throw typeError(where, argument, 'of rank 2', `rank ${tensor.rank}`)
    if (tensor.dtype !== 'float32') throw typeError(where, argument, 'float32', tensor.dtype)
  }
  if (queries.shape[1] !== keys.shape[1]) {
    throw typeError(
      where,
      'keys',
      `[m, ${queries.shape[1]}], as wide as queries`,
      `[${keys.shape.join(', ')}]`,
    )
  }
  const sizes: [string, tf.Tensor | undefined, number][] = [
    ['weights', weights, keys.shape[0]],
    ['rowOffset', rowOffset, queries.shape[0]],
    ['columnOffset', columnOffset, keys.shape[0]],
  ]
  for (const [argument, tensor, size] of sizes)
    if (tensor !== undefined && (tensor.rank !== 1 || tensor.shape[0] !== size)) {
      throw typeError(where, argument, `[${size}]`, `[${tensor.shape.join(', ')}]`)
    }
  if (typeof scale === 'number' && !Number.isFinite(scale)) {
    throw rangeError(where, 'scale', 'finite', String(scale))
  }
  if (scale instanceof tf.Tensor && scale.size !== 1) {
    throw typeError(where, 'scale', 'a number or a scalar tensor', `[${scale.shape.join(', ')}]`)
  }
  if (!Number.isInteger(tileSize) || tileSize < 1) {
    throw rangeError(where, 'tileSize', 'a positive integer', String(tileSize))
  }
}
