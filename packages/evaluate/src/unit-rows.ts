import { ChiaroError, checkShape } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** Embeddings on the host, row-major: rows of length 1 (or 0), in float64. */
export interface UnitRows {
  readonly count: number
  readonly dimension: number
  readonly values: Float64Array
}

/**
 * Reads [n, d] embeddings and divides each row by its length, in float64. A row of zeros stays zero: its cosine
 * with everything is 0.
 *
 * @throws TypeError unless embeddings are [n, d] with d ≥ 1; ChiaroError ('non-finite') with the first row that is not
 */
export async function unitRows(where: string, argument: string, embeddings: tf.Tensor2D): Promise<UnitRows> {
  const { n: count, d: dimension } = checkShape(where, { [argument]: embeddings }, ['n', 'd'], {
    least: { d: 1 },
  })
  const values = Float64Array.from(await embeddings.data())
  for (let row = 0; row < count; row++) {
    const length = normalizeRow(values.subarray(row * dimension, (row + 1) * dimension))
    if (!Number.isFinite(length)) {
      const message = `${where}: ${argument} must be finite, got ${length} in row ${row}`
      throw new ChiaroError('non-finite', message, argument)
    }
  }
  return { count, dimension, values }
}

/** float32 values squared cannot overflow float64, nor underflow to zero. Returns the row's length. */
function normalizeRow(vector: Float64Array): number {
  let squared = 0
  for (const value of vector) squared += value * value
  const length = Math.sqrt(squared)
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] /= length
  return length
}

/** Σ a·b in a fixed order: the same two rows give the same bits, on every backend. */
export function dot(a: UnitRows, i: number, b: UnitRows, j: number): number {
  const { dimension } = a
  const left = i * dimension
  const right = j * dimension
  let sum = 0
  for (let c = 0; c < dimension; c++) sum += a.values[left + c] * b.values[right + c]
  return sum
}
