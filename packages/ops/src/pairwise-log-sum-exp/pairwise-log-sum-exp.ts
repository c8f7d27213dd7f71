import { checkInteger, checkScalar, checkShape, conflictError, described, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { customGradient } from '../custom-gradient.ts'
import { fastOr } from '../differentiable-op.ts'
import { gradientDepth } from '../engine-state.ts'
import { logSumExp } from '../log-sum-exp.ts'
import { PairwiseLogSumExp, PairwiseLogSumExpGrad } from './contract.ts'
import { type Indices, type PairMask, type Pairs, pairsOf } from './pairs.ts'
import {
  finiteOrZero,
  type PairwiseTensors,
  tiledBackward,
  tiledForward,
  tileLogits,
  withoutBystanders,
} from './tiles.ts'

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
  /**
   * 'self': key i is query i's right partner. That pair leaves the sums, and its logit is the offset of row i and of
   * column i: rows_i = log Σ_{j≠i} exp(z_ij − z_ii). Done within the op, so that nothing [n, d] is kept for it. Not
   * beside weights or offsets; m ≥ n, and m = n with columns. Default: none.
   */
  readonly positive?: 'self'
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
 * CLIP and SupCon share (docs/notes.md eq. 1.16–1.20).
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
 * @throws TypeError for shapes or dtypes that don't fit, or options that exclude each other; RangeError for host indices outside the keys
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
  const { positive, tileSize = 512 } = options
  check(queries, keys, options, tileSize)
  const [n, m] = [queries.shape[0], keys.shape[0]]
  return tf.tidy(() => {
    const all = combined()
    return columns ? { rows: tf.slice(all, 0, n), columns: tf.slice(all, n, m) } : all
  }) as tf.Tensor1D | RowsAndColumns

  /** rows, then columns if asked, in one tensor: tfjs's custom gradients have one output. */
  function combined(): tf.Tensor {
    const own = positive === 'self' ? [Int32Array.from({ length: n }, (_, i) => i)] : []
    const pairs = pairsOf('pairwiseLogSumExp', [n, m], mask, [...exclude, ...own])
    const inputs = {
      queries,
      keys,
      scale: scale instanceof tf.Tensor ? scale : undefined,
      keyBias: weights === undefined ? undefined : logWeights(weights),
      rowOffset,
      columnOffset: columns ? columnOffset : undefined,
    }
    const how = { pairs, columns, positive, tileSize, scale: scale instanceof tf.Tensor ? undefined : scale }
    if (n === 0 || m === 0) return ofNoPairs(inputs, columns ? n + m : n)
    return gradientDepth() > 1 ? composed(inputs, how) : withTiledGradient(inputs, how)
  }
}

/** What has a gradient. */
interface Inputs extends PairwiseTensors {
  readonly scale?: tf.Tensor
}

interface How {
  readonly pairs: Pairs
  readonly columns: boolean
  readonly positive: 'self' | undefined
  readonly tileSize: number
  /** Where it is no input. */
  readonly scale: number | undefined
}

/** −∞ throughout, with a gradient of zero for each input. */
function ofNoPairs(tensors: Inputs, size: number): tf.Tensor {
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

function scaled(queries: tf.Tensor, scale: number | tf.Tensor): tf.Tensor {
  return scale === 1 ? queries : tf.mul(queries, scale)
}

/** z_ii of each query. */
function ownLogits(queries: tf.Tensor, keys: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(tf.mul(queries, firstRows(keys, queries.shape[0])), 1))
}

function withOwnOffsets(tensors: PairwiseTensors, { positive, columns }: How): PairwiseTensors {
  if (positive === undefined) return tensors
  const own = ownLogits(tensors.queries, tensors.keys)
  return { ...tensors, rowOffset: own, columnOffset: columns ? own : undefined }
}

/** The same numbers from the whole matrix of logits, in ops that tfjs can differentiate as often as asked. */
function composed({ scale, ...inputs }: Inputs, how: How): tf.Tensor {
  const { pairs, columns } = how
  const queries = scaled(inputs.queries, scale ?? how.scale ?? 1)
  const tensors = withOwnOffsets({ ...inputs, queries }, how)
  const { keys, rowOffset, columnOffset } = tensors
  const z = tileLogits(withoutBystanders(tensors, pairs), pairs, {
    queries: [0, queries.shape[0]],
    keys: [0, keys.shape[0]],
  })
  const rows = logSumExp(rowOffset === undefined ? z : tf.sub(z, tf.expandDims(rowOffset, 1)), 1)
  if (!columns) return rows
  return tf.concat([rows, logSumExp(columnOffset === undefined ? z : tf.sub(z, columnOffset), 0)])
}

function withTiledGradient(inputs: Inputs, how: How): tf.Tensor {
  const { pairs, columns, tileSize } = how
  const n = inputs.queries.shape[0]
  const differentiable = present(inputs)
  const selection = present(pairs)
  return customGradient(
    () => {
      const { scale, ...others } = inputs
      const queries = scaled(inputs.queries, scale ?? how.scale ?? 1)
      const tensors = withOwnOffsets({ ...others, queries }, how)
      const outputs = fastOr(
        PairwiseLogSumExp,
        () => Object.fromEntries([...present(tensors), ...selection]),
        { columns },
        () => tiledForward(tensors, pairs, columns, tileSize),
      )
      const value = columns ? tf.concat(outputs) : outputs[0]
      const offset = how.positive === undefined ? [] : [tensors.rowOffset as tf.Tensor]
      const saved = [...differentiable, ...selection].map(entry => entry[1])
      // The scaled queries themselves: a kernel may have kept what it made of them.
      return { value, saved: [...saved, queries, ...offset, value], gradient }
    },
    ...differentiable.map(entry => entry[1]),
  )

  function gradient(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
    const named = [...differentiable, ...selection]
    const kept = Object.fromEntries(named.map(([name], i) => [name, saved[i]]))
    const queries = saved[named.length]
    const own = how.positive === undefined ? undefined : saved[named.length + 1]
    // Of five matrices [n, d] here all but the results go at once: a tape keeps what it is given to its end.
    return tf.tidy(() => gradients(dy, kept, queries, own, saved[saved.length - 1]))
  }

  function gradients(
    dy: tf.Tensor,
    kept: Readonly<Record<string, tf.Tensor>>,
    queries: tf.Tensor,
    own: tf.Tensor | undefined,
    value: tf.Tensor,
  ): tf.Tensor[] {
    const scale = kept.scale ?? how.scale ?? 1
    const offsets = own && { rowOffset: own, ...(columns && { columnOffset: own }) }
    const { scale: _, ...given } = kept
    const tensors: PairwiseTensors = { ...given, ...offsets, keys: kept.keys, queries }
    // An empty row's log-sum-exp is −∞ whatever its inputs: nothing flows back from it.
    const flowing = tf.tidy(() => tf.where(tf.equal(value, Number.NEGATIVE_INFINITY), tf.zerosLike(dy), dy))
    const finite = finiteOrZero(value)
    const ofRows = columns ? firstRows(flowing, n) : flowing
    const ofColumns = columns ? lastRows(flowing, n) : undefined
    const backward = {
      rows: columns ? firstRows(finite, n) : finite,
      rowGradient: ofRows,
      ...(ofColumns && { columns: lastRows(finite, n), columnGradient: ofColumns }),
    }
    let [dQueries, dKeys, dKeyBias] = fastOr(
      PairwiseLogSumExpGrad,
      () => ({ ...tensors, ...backward }),
      { columns },
      () => tiledBackward(tensors, { ...pairs, ...pick(kept, selection) }, backward, tileSize),
    )
    if (own !== undefined) {
      const dOwn = tf.neg(tf.expandDims(ofColumns === undefined ? ofRows : tf.add(ofRows, ofColumns), 1))
      dKeys = replaced(dKeys, all => plusFirstRows(all, tf.mul(queries, dOwn)))
      dQueries = replaced(dQueries, all => tf.add(all, tf.mul(firstRows(kept.keys, n), dOwn)))
    }
    const results: Readonly<Record<string, () => tf.Tensor>> = {
      keys: () => dKeys,
      scale: () => tf.reshape(tf.sum(tf.mul(dQueries, kept.queries)), kept.scale.shape),
      queries: () => scaled(dQueries, scale),
      keyBias: () => dKeyBias,
      rowOffset: () => tf.neg(ofRows),
      columnOffset: () => tf.neg(ofColumns as tf.Tensor),
    }
    return differentiable.map(([name]) => results[name]())
  }
}

/** `change` of a tensor that nothing else needs. */
function replaced(x: tf.Tensor, change: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const result = tf.tidy(() => change(x))
  x.dispose()
  return result
}

/** x with `more` added to its first rows. */
function plusFirstRows(x: tf.Tensor, more: tf.Tensor): tf.Tensor {
  const [n, m] = [more.shape[0], x.shape[0]]
  return n === m ? tf.add(x, more) : tf.concat([tf.add(firstRows(x, n), more), lastRows(x, n)])
}

function firstRows(x: tf.Tensor, count: number): tf.Tensor {
  return x.shape[0] === count ? x : tf.slice(x, 0, count)
}

/** Those after the first `count`. */
function lastRows(x: tf.Tensor, count: number): tf.Tensor {
  return tf.slice(x, count, x.shape[0] - count)
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
  { scale, weights, rowOffset, columnOffset, positive, columns }: PairwiseLogSumExpOptions,
  tileSize: number,
): void {
  const where = 'pairwiseLogSumExp'
  const { n, d } = checkShape(where, { queries }, ['n', 'd'])
  const { m } = checkShape(where, { keys }, ['m', d])
  if (weights !== undefined) checkShape(where, { weights }, [m], { dtype: 'any' })
  if (rowOffset !== undefined) checkShape(where, { rowOffset }, [n])
  if (columnOffset !== undefined) checkShape(where, { columnOffset }, [m])
  if (positive !== undefined) {
    const beside = Object.entries({ weights, rowOffset, columnOffset }).find(entry => entry[1] !== undefined)
    if (beside !== undefined) {
      throw conflictError(where, 'positive', `positive and ${beside[0]} exclude each other, got both`)
    }
    if (columns ? m !== n : m < n) {
      const expected = `[${columns ? n : `m ≥ ${n}`}, ${d}], a partner for each query`
      throw typeError(where, 'keys', expected, described(keys))
    }
  }
  if (scale !== undefined) checkScalar(where, { scale })
  checkInteger(where, { tileSize }, { least: 1 })
}
