import { ChiaroError, checkInteger, checkShape, yielding } from '@chiaro/core'
import { l2Normalize } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { keepLargest, sortedHeap } from './largest-heap.ts'

/** Some rows of a gallery that may be larger than the memory. */
export interface RowBlock {
  /** [rows, dimension] row-major. */
  readonly vectors: Float32Array
  /** [rows] */
  readonly names: readonly string[]
}

export interface FoundRow {
  /** Counted from 0 over all blocks. */
  readonly row: number
  readonly name: string
  /** The cosine. */
  readonly score: number
}

export interface NearestRowsOptions {
  /** k; of fewer rows all are found. Default 5. */
  readonly top?: number
  readonly signal?: AbortSignal
  /** Is told, when all rows have been compared, how many there were and between which cosines each query's lie. */
  readonly onCompared?: (compared: ComparedRows) => void
}

export interface ComparedRows {
  readonly rows: number
  /** [queries] infinite both where there are no rows. */
  readonly ranges: readonly { readonly least: number; readonly most: number }[]
}

/**
 * The rows of a gallery nearest to each query by cosine, exactly: every row is compared, one matrix product a block.
 * Best first; equal cosines in the order of rows. Memory: one block, its cosines with the queries, and k rows a query,
 * however many rows there are.
 *
 * @param queries float32 [n, d]
 * @param blocks rows of dimension d, block by block
 * @returns for each query its nearest rows
 * @throws TypeError for queries of another shape; RangeError unless top is a positive integer; ChiaroError ('data') for
 *   a block of another dimension; ChiaroError ('non-finite') that names query and row; the signal's reason when aborted
 */
export async function nearestRows(
  queries: tf.Tensor2D,
  blocks: Iterable<RowBlock> | AsyncIterable<RowBlock>,
  options: NearestRowsOptions = {},
): Promise<FoundRow[][]> {
  const where = 'nearestRows'
  const { top = 5, signal, onCompared } = options
  const { n, d } = checkShape(where, { queries }, ['n', 'd'], { least: { n: 1, d: 1 } })
  checkInteger(where, { top }, { least: 1 })
  const heaps = Array.from({ length: n }, (): FoundRow[] => [])
  const ranges = Array.from({ length: n }, () => ({
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
  }))
  const unit = l2Normalize(queries) as tf.Tensor2D
  let before = 0
  const turn = yielding(signal)
  try {
    for await (const { vectors, names } of blocks) {
      await turn()
      if (vectors.length !== names.length * d) {
        const got = `${vectors.length} numbers for ${names.length} rows`
        throw new ChiaroError('data', `${where}: blocks must have rows of ${d} numbers, got ${got}`, 'blocks')
      }
      if (names.length === 0) continue
      const cosines = tf.tidy(() => {
        const rows = l2Normalize(tf.tensor2d(vectors, [names.length, d])) as tf.Tensor2D
        return tf.matMul(unit, rows, false, true)
      })
      const values = await cosines.data<'float32'>()
      cosines.dispose()
      for (let query = 0; query < n; query++) {
        const range = ranges[query]
        for (let i = 0; i < names.length; i++) {
          const score = values[query * names.length + i]
          if (!Number.isFinite(score)) {
            const message = `${where}: cosines must be finite, got ${score} for query ${query} and row ${before + i}`
            throw new ChiaroError('non-finite', message, 'blocks')
          }
          range.least = Math.min(range.least, score)
          range.most = Math.max(range.most, score)
          keepLargest(heaps[query], top, before + i, score, names[i])
        }
      }
      before += names.length
    }
  } finally {
    unit.dispose()
  }
  onCompared?.({ rows: before, ranges })
  return heaps.map(sortedHeap)
}
