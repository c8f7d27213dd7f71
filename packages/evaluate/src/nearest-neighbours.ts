import { ChiaroError, checkInteger, checkNumber, checkShape, yielding } from '@chiaro/core'
import { l2Normalize } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { classCount, classIndices } from './class-labels.ts'

export interface NearestNeighboursOptions {
  /** k, how many vote. Default 20. */
  readonly neighbours?: number
  /** τ of the votes below. Default 0.07. */
  readonly temperature?: number
  /** Default one more than the largest label. */
  readonly classes?: number
  /** Queries at a time: what bounds the memory, with the number of reference rows. Default 256. */
  readonly batch?: number
  readonly signal?: AbortSignal
}

/**
 * Weighted k-nearest-neighbour classification of embeddings (Wu et al. 2018, §3.4): each query gets the class with the
 * most votes among the k reference rows of the highest cosine, a row's vote being exp(cosine/τ). Nothing is trained. A tie
 * in the k-th cosine goes to the lower row, a tie of votes to the lower class. Memory: batch × reference rows.
 *
 * @param reference float32 [m, d] with labels [m]
 * @param queries float32 [n, d]
 * @returns [n] class indices
 * @throws TypeError for shapes; RangeError for options and with the row for a label that is no class; ChiaroError
 *   ('non-finite') with the query that is not; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { nearestNeighbours } from '@chiaro/evaluate'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const reference = tf.tensor2d([[1, 0], [0, 1]])
 * console.log(await nearestNeighbours(reference, [7, 9], tf.tensor2d([[0.9, 0.1]]), { neighbours: 1 })) // [7]
 * ```
 */
export async function nearestNeighbours(
  reference: tf.Tensor2D,
  labels: ArrayLike<number>,
  queries: tf.Tensor2D,
  options: NearestNeighboursOptions = {},
): Promise<Int32Array> {
  const where = 'nearestNeighbours'
  const { neighbours = 20, temperature = 0.07, classes = classCount(labels), batch = 256, signal } = options
  const { m, d } = checkShape(where, { reference }, ['m', 'd'])
  const { n } = checkShape(where, { queries }, ['n', d])
  const classOf = classIndices(where, { labels }, m, classes)
  checkInteger(where, { neighbours }, { least: 1, most: m })
  checkNumber(where, { temperature }, { above: 0 })
  checkInteger(where, { batch }, { least: 1 })
  const predictions = new Int32Array(n)
  const keys = l2Normalize(reference) as tf.Tensor2D
  const turn = yielding(signal)
  try {
    for (let from = 0; from < n; from += batch) {
      await turn()
      const count = Math.min(batch, n - from)
      const cosines = tf.tidy(() => {
        const part = l2Normalize(tf.slice(queries, [from, 0], [count, -1])) as tf.Tensor2D
        return tf.matMul(part, keys, false, true)
      })
      const values = (await cosines.data()) as Float32Array
      cosines.dispose()
      for (let i = 0; i < count; i++) {
        const row = values.subarray(i * m, (i + 1) * m)
        predictions[from + i] = vote(where, from + i, row, classOf, { neighbours, temperature, classes })
      }
    }
  } finally {
    keys.dispose()
  }
  return predictions
}

function vote(
  where: string,
  query: number,
  cosines: Float32Array,
  classOf: Int32Array,
  { neighbours, temperature, classes }: { neighbours: number; temperature: number; classes: number },
): number {
  const votes = new Float64Array(classes)
  for (const row of nearestOf(where, query, cosines, neighbours)) {
    // Cosines are at most 1, so that nothing overflows for any τ.
    votes[classOf[row]] += Math.exp((cosines[row] - 1) / temperature)
  }
  return votes.indexOf(votes.reduce((most, value) => Math.max(most, value), 0))
}

/** Rows of the k largest values, in a heap whose root is the worst of them. */
function nearestOf(where: string, query: number, values: Float32Array, k: number): Int32Array {
  const heap = new Int32Array(k)
  let size = 0
  // Later rows lose ties, so the worst of equals is the highest row.
  const worse = (a: number, b: number) => values[a] < values[b] || (values[a] === values[b] && a > b)
  const sink = (from: number) => {
    for (let at = from; ; ) {
      const left = 2 * at + 1
      if (left >= size) return
      const child = left + 1 < size && worse(heap[left + 1], heap[left]) ? left + 1 : left
      if (!worse(heap[child], heap[at])) return
      ;[heap[at], heap[child]] = [heap[child], heap[at]]
      at = child
    }
  }
  for (let row = 0; row < values.length; row++) {
    if (!Number.isFinite(values[row])) {
      const message = `${where}: cosines must be finite, got ${values[row]} for query ${query} and reference row ${row}`
      throw new ChiaroError('non-finite', message, 'queries')
    }
    if (size < k) {
      heap[size++] = row
      if (size === k) for (let at = (k >> 1) - 1; at >= 0; at--) sink(at)
    } else if (worse(heap[0], row)) {
      heap[0] = row
      sink(0)
    }
  }
  return heap
}
