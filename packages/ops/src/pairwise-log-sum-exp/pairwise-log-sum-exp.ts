import { checkInteger, checkScalar, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import {
  logSumExpOfPairs,
  type RowsAndColumns,
  rowsAndColumns,
  usualTileSize,
} from './log-sum-exp-of-pairs.ts'
import { type Indices, type PairMask, pairsOf } from './pairs.ts'

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
  const { tileSize = usualTileSize } = options
  const where = 'pairwiseLogSumExp'
  check(where, queries, keys, options, tileSize)
  const [n, m] = [queries.shape[0], keys.shape[0]]
  const combined = () => {
    const inputs = {
      queries,
      keys,
      scale,
      keyBias: weights === undefined ? undefined : logWeights(weights),
      rowOffset,
      columnOffset: columns ? columnOffset : undefined,
    }
    return logSumExpOfPairs(inputs, {
      pairs: pairsOf(where, [n, m], mask, exclude),
      columns,
      paired: false,
      tileSize,
    })
  }
  return columns ? rowsAndColumns(n, combined) : (tf.tidy(combined) as tf.Tensor1D)
}

function logWeights(weights: tf.Tensor1D): tf.Tensor {
  const positive = tf.greater(weights, 0)
  const logarithms = tf.log(tf.where(positive, weights, tf.onesLike(weights)))
  return tf.where(positive, logarithms, tf.fill(weights.shape, Number.NEGATIVE_INFINITY))
}

function check(
  where: string,
  queries: tf.Tensor,
  keys: tf.Tensor,
  { scale, weights, rowOffset, columnOffset }: PairwiseLogSumExpOptions,
  tileSize: number,
): void {
  const { n, d } = checkShape(where, { queries }, ['n', 'd'])
  const { m } = checkShape(where, { keys }, ['m', d])
  if (weights !== undefined) checkShape(where, { weights }, [m], { dtype: 'any' })
  if (rowOffset !== undefined) checkShape(where, { rowOffset }, [n])
  if (columnOffset !== undefined) checkShape(where, { columnOffset }, [m])
  if (scale !== undefined) checkScalar(where, { scale })
  checkInteger(where, { tileSize }, { least: 1 })
}
