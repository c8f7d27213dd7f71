import { checkScalar, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import {
  logSumExpOfPairs,
  type RowsAndColumns,
  rowsAndColumns,
  usualTileSize,
} from './log-sum-exp-of-pairs.ts'
import { othersOnHost } from './pairs.ts'

export interface PairedLogSumExpOptions {
  /** s: a number, or a scalar tensor, which then gets a gradient. Default 1. */
  readonly scale?: number | tf.Tensor
}

/**
 * What the wrong partners of n pairs come to beside the right one, with z_ij = s·q_iᵀk_j and query i's partner key i:
 *
 *   rows_i = log Σ_{j≠i} exp(z_ij − z_ii),   columns_j = log Σ_{i≠j} exp(z_ij − z_jj),
 *
 * in nats (docs/notes.md eq. 1.20: CLIP's loss is the mean of their softplus). It is `pairwiseLogSumExp` with the logits of
 * the pairs as offsets and the pairs left out, within one op: nothing [n, d] is kept for them.
 *
 * @param queries [n, d]
 * @param keys [n, d]
 * @throws TypeError for shapes or dtypes that don't fit
 */
export function pairedLogSumExp(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  { scale = 1 }: PairedLogSumExpOptions = {},
): RowsAndColumns {
  const where = 'pairedLogSumExp'
  const { n } = checkShape(where, { queries, keys }, ['n', 'd'])
  checkScalar(where, { scale })
  const own = Int32Array.from({ length: n }, (_, i) => i)
  return rowsAndColumns(n, () =>
    logSumExpOfPairs(
      { queries, keys, scale },
      {
        pairs: { exclude: tf.tensor2d(own, [n, 1]), excludeOnHost: [own], takePart: othersOnHost },
        columns: true,
        paired: true,
        tileSize: usualTileSize,
      },
    ),
  )
}
