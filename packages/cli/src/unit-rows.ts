import type { Embeddings } from '@chiaro/data/node'

/** How many rows are zero: of what the run sees nothing in. */
export function zeroRows({ names, vectors, dimension }: Embeddings): number {
  return names.filter((_, i) =>
    vectors.subarray(i * dimension, (i + 1) * dimension).every(value => value === 0),
  ).length
}

/** Squared lengths that rounding leaves a row of unit length with. */
const roundingOfUnit = 1e-6

/** Rows brought to unit length in place; those that have it, and rows of zeros, stay as they are. */
export function unitRows(vectors: Float32Array, dimension: number): Float32Array {
  for (let from = 0; from < vectors.length; from += dimension) {
    const row = vectors.subarray(from, from + dimension)
    const length = Math.hypot(...row)
    if (length === 0 || Math.abs(length - 1) < roundingOfUnit) continue
    for (let j = 0; j < dimension; j++) row[j] /= length
  }
  return vectors
}
