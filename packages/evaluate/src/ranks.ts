import { yielding } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { dot, type UnitRows } from './unit-rows.ts'

/** Where the right answers of one query stand. */
export interface Standing {
  /** Wrong candidates with a higher score than the best right one. */
  readonly better: number
  /** Wrong candidates with exactly its score. */
  readonly tied: number
  /** Right candidates with exactly its score, itself included. */
  readonly tiedRight: number
}

/** Scores of one tile: 4 MB. */
const tileSize = 1 << 20

/**
 * The standing of every query. Scores are cosines: dot products of unit rows in float64, summed in a fixed order, so equal rows tie
 * exactly and results don't depend on the backend. The backend's float32 products, taken a tile at a time, only
 * spare the float64 ones where they cannot change the answer: further from the right score than rounding reaches.
 */
export async function standings(
  queries: UnitRows,
  candidates: UnitRows,
  right: readonly Int32Array[],
): Promise<Standing[]> {
  const rowsPerTile = Math.max(1, Math.floor(tileSize / candidates.count))
  const keys = upload(candidates, 0, candidates.count)
  const result: Standing[] = []
  const turn = yielding()
  try {
    for (let first = 0; first < queries.count; first += rowsPerTile) {
      await turn()
      const rows = Math.min(rowsPerTile, queries.count - first)
      const tile = tf.tidy(() => tf.matMul(upload(queries, first, rows), keys, false, true))
      const scores = (await tile.data()) as Float32Array
      tile.dispose()
      for (let i = 0; i < rows; i++) {
        const approximate = scores.subarray(i * candidates.count, (i + 1) * candidates.count)
        result.push(standing(queries, first + i, candidates, right[first + i], approximate))
      }
    }
  } finally {
    keys.dispose()
  }
  return result
}

function standing(
  queries: UnitRows,
  query: number,
  candidates: UnitRows,
  right: Int32Array,
  approximate: Float32Array,
): Standing {
  let best = Number.NEGATIVE_INFINITY
  let tiedRight = 0
  for (const j of right) {
    const score = dot(queries, query, candidates, j)
    if (score > best) tiedRight = 0
    if (score >= best) tiedRight += 1
    best = Math.max(best, score)
  }
  const isRight = new Set(right)
  const margin = roundingBound(candidates.dimension)
  let better = 0
  let tied = 0
  for (let j = 0; j < candidates.count; j++) {
    const difference = approximate[j] - best
    if (difference < -margin || isRight.has(j)) continue
    const exact = difference > margin ? difference : dot(queries, query, candidates, j) - best
    if (exact > 0) better += 1
    else if (exact === 0) tied += 1
  }
  return { better, tied, tiedRight }
}

/**
 * How far the float32 dot product of two unit rows of d numbers may be from the true one: rounding both rows and
 * d sums in any order cost at most (d + 3)·2⁻²⁴; twice that, to be on the safe side.
 */
function roundingBound(dimension: number): number {
  return 2 * (dimension + 3) * 2 ** -24
}

function upload({ values, dimension }: UnitRows, first: number, rows: number): tf.Tensor2D {
  const part = Float32Array.from(values.subarray(first * dimension, (first + rows) * dimension))
  return tf.tensor2d(part, [rows, dimension])
}
