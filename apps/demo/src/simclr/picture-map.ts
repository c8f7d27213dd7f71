import { PCA } from 'ml-pca'

export interface PictureMap {
  /** x, y, x, y, … */
  readonly places: Float32Array
  /** The share of the variance that the two directions hold. */
  readonly explained: number
}

/**
 * The two directions in which embeddings of unit length vary most. Either direction may point both ways: it is turned
 * so that the map lies as the one before did.
 *
 * @param rows [n · dimension], of unit length
 */
export function pictureMap(rows: Float32Array, dimension: number, before?: Float32Array): PictureMap {
  const count = rows.length / dimension
  const table = Array.from({ length: count }, (_, i) =>
    Array.from(rows.subarray(i * dimension, (i + 1) * dimension)),
  )
  const total = variance(table)
  const places = new Float32Array(2 * count)
  // Equal rows have no direction.
  if (!(total > 1e-12)) return { places, explained: 0 }
  const pca = new PCA(table, { method: 'NIPALS', nCompNIPALS: 2, center: true, scale: false })
  const found = pca.predict(table, { nComponents: 2 }).to2DArray()
  for (let axis = 0; axis < 2; axis++) {
    let agreement = 0
    if (before?.length === places.length) {
      for (let i = 0; i < count; i++) agreement += found[i][axis] * before[2 * i + axis]
    }
    for (let i = 0; i < count; i++) places[2 * i + axis] = agreement < 0 ? -found[i][axis] : found[i][axis]
  }
  const kept = places.reduce((sum, value) => sum + value * value, 0)
  return { places, explained: kept / total }
}

function variance(table: readonly (readonly number[])[]): number {
  const means = table[0].map((_, j) => table.reduce((sum, row) => sum + row[j], 0) / table.length)
  return table.reduce((sum, row) => row.reduce((part, value, j) => part + (value - means[j]) ** 2, sum), 0)
}
