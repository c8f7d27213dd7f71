import { dataError } from '../data-error.ts'

/**
 * Refuses vectors [n, dimension] that have no direction: of zeros, or with a number that is not finite.
 *
 * @param rowStart how many rows come before the first
 * @throws ChiaroError ('data') that names the record, from 1
 */
export function checkVectors(
  where: string,
  file: string,
  vectors: Float32Array,
  dimension: number,
  rowStart: number,
): void {
  for (let from = 0, row = rowStart + 1; from < vectors.length; from += dimension, row++) {
    let zeros = true
    for (let i = from; i < from + dimension; i++) {
      const value = vectors[i]
      if (value !== 0) zeros = false
      if (Number.isFinite(value)) continue
      throw dataError(where, { file }, `record ${row} must have finite numbers of float32, got ${value}`)
    }
    if (zeros)
      throw dataError(where, { file }, `record ${row} must have a vector with a direction, got zeros only`)
  }
}
