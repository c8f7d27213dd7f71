import { logSumExp } from './log-sum-exp.ts'

/** What `pairwiseLogSumExp` is told, pair by pair and on the host. */
export interface PairwiseCase {
  /** Default 1. */
  readonly scale?: number
  /** [m], default 1. */
  readonly weights?: ArrayLike<number>
  /** Default: every pair. */
  readonly takesPart?: (i: number, j: number) => boolean
  /** [n], default 0. */
  readonly rowOffset?: ArrayLike<number>
  /** [m], default 0. */
  readonly columnOffset?: ArrayLike<number>
}

/** log Σ_j w_j·exp(s·q_iᵀk_j − offset_i) by rows, and the like by columns, in float64; rows lie one after another. */
export function pairwiseLogSumExp64(
  queries: ArrayLike<number>,
  keys: ArrayLike<number>,
  d: number,
  options: PairwiseCase = {},
): { rows: number[]; columns: number[] } {
  const { scale = 1, weights, takesPart = () => true, rowOffset, columnOffset } = options
  const [n, m] = [queries.length / d, keys.length / d]
  const byRow: number[][] = Array.from({ length: n }, () => [])
  const byColumn: number[][] = Array.from({ length: m }, () => [])
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      const weight = weights === undefined ? 1 : weights[j]
      if (weight === 0 || !takesPart(i, j)) continue
      let dot = 0
      for (let c = 0; c < d; c++) dot += queries[i * d + c] * keys[j * d + c]
      const logit = scale * dot + Math.log(weight)
      byRow[i].push(logit - (rowOffset?.[i] ?? 0))
      byColumn[j].push(logit - (columnOffset?.[j] ?? 0))
    }
  return { rows: byRow.map(logSumExp), columns: byColumn.map(logSumExp) }
}
