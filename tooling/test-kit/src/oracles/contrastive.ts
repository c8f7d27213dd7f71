import { logSumExp } from './log-sum-exp.ts'

/** Rows of numbers, float64. */
export type Rows = readonly (readonly number[])[]

/** A flat array as rows of `width`. */
export function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from({ length: width }, (_, c) => values[i * width + c]),
  )
}

/** x/‖x‖ for each row; a zero row stays zero. */
export function unitRows(rows: Rows): number[][] {
  return rows.map(row => {
    const length = Math.hypot(...row)
    return row.map(value => (length === 0 ? 0 : value / length))
  })
}

/** z_ij = scale·q_iᵀk_j. */
export function pairLogits(queries: Rows, keys: Rows, scale: number): number[][] {
  return queries.map(q => keys.map(k => scale * q.reduce((sum, value, c) => sum + value * k[c], 0)))
}

/** How `infoNceRows` sums: which keys are right for a query, which take part, whether right ones are summed. */
export interface InfoNceOracle {
  readonly positives?: (i: number) => readonly number[]
  readonly takesPart?: (i: number, j: number) => boolean
  readonly decoupled?: boolean
}

/** mean_p [log Σ_j exp z_ij − z_ip] row by row (docs/notes.md eq. 1.12–1.19); undefined without positives. */
export function infoNceRows(logits: Rows, oracle: InfoNceOracle = {}): (number | undefined)[] {
  const { positives = i => [i], takesPart = () => true, decoupled = false } = oracle
  return logits.map((row, i) => {
    const right = positives(i)
    if (right.length === 0) return undefined
    const summed = row.filter((_, j) => takesPart(i, j) && !(decoupled && right.includes(j)))
    if (summed.length === 0) return 0
    return logSumExp(summed) - right.reduce((sum, p) => sum + row[p], 0) / right.length
  })
}

/** The mean over the rows that have a value, 0 for none. */
export function meanOfCounted(rows: readonly (number | undefined)[]): number {
  const counted = rows.filter(row => row !== undefined)
  return counted.reduce((sum, row) => sum + row, 0) / Math.max(1, counted.length)
}

/** Half of each direction's cross-entropy, over the diagonal (docs/notes.md eq. 1.20). */
export function clip(logits: Rows): number {
  const transposed = logits.map((_, j) => logits.map(row => row[j]))
  return (meanOfCounted(infoNceRows(logits)) + meanOfCounted(infoNceRows(transposed))) / 2
}

/** SimCLR's loss of V views, view-major (docs/notes.md eq. 1.16): every row but the anchor in the denominator. */
export function ntXent(stacked: Rows, views: number, scale: number, decoupled = false): number {
  const n = stacked.length / views
  const positives = (i: number) => stacked.flatMap((_, j) => (j !== i && j % n === i % n ? [j] : []))
  const takesPart = (i: number, j: number) => i !== j
  return meanOfCounted(infoNceRows(pairLogits(stacked, stacked, scale), { positives, takesPart, decoupled }))
}

/** i-Mix of n pairs (Lee et al. 2021, eq. 5): each query is its own key's to its share, its partner's to the rest. */
export function iMixRows(logits: Rows, partners: ArrayLike<number>, shares: ArrayLike<number>): number[] {
  return logits.map((row, i) => {
    const total = logSumExp([...row])
    return shares[i] * (total - row[i]) + (1 - shares[i]) * (total - row[partners[i]])
  })
}
