import { yielding } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { dot, type UnitRows } from './unit-rows.ts'

/** Where right answers of one score stand. */
export interface Level {
  /** Wrong candidates with a higher score. */
  readonly better: number
  /** Wrong candidates with exactly this score. */
  readonly tied: number
  /** Right candidates with exactly this score. */
  readonly tiedRight: number
}

/** Where the right answers of one query stand: their scores, the highest first. */
export type Standing = readonly Level[]

/** Scores of one tile: 4 MB. */
const tileSize = 1 << 20

/**
 * The standing of every query. Scores are cosines: dot products of unit rows in float64, summed in a fixed order, so equal rows tie
 * exactly and results don't depend on the backend. The backend's float32 products, taken a tile at a time, only
 * spare the float64 ones where they cannot change the answer: further from every right score than rounding reaches.
 */
export async function standings(
  queries: UnitRows,
  candidates: UnitRows,
  right: readonly Int32Array[],
  signal?: AbortSignal,
): Promise<Standing[]> {
  const rowsPerTile = Math.max(1, Math.floor(tileSize / candidates.count))
  const keys = upload(candidates, 0, candidates.count)
  const result: Standing[] = []
  const turn = yielding(signal)
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
  const { scores, counts } = levelsOf(Float64Array.from(right, j => dot(queries, query, candidates, j)))
  const isRight = new Set(right)
  const margin = roundingBound(candidates.dimension)
  const above = new Int32Array(scores.length + 1)
  const tied = new Int32Array(scores.length)
  for (let j = 0; j < candidates.count; j++) {
    if (isRight.has(j)) continue
    let score = approximate[j]
    let level = levelsAbove(scores, score)
    const isNear =
      (level > 0 && scores[level - 1] - score <= margin) ||
      (level < scores.length && score - scores[level] <= margin)
    if (isNear) {
      score = dot(queries, query, candidates, j)
      level = levelsAbove(scores, score)
      if (level < scores.length && scores[level] === score) {
        tied[level] += 1
        continue
      }
    }
    above[level] += 1
  }
  let better = 0
  return scores.map((_, level) => {
    better += above[level] + (level > 0 ? tied[level - 1] : 0)
    return { better, tied: tied[level], tiedRight: counts[level] }
  })
}

/** The different scores from the highest down, and how often each comes. */
function levelsOf(values: Float64Array): { scores: number[]; counts: number[] } {
  const scores: number[] = []
  const counts: number[] = []
  for (const score of values.toSorted().toReversed()) {
    if (score === scores.at(-1)) counts[counts.length - 1] += 1
    else {
      scores.push(score)
      counts.push(1)
    }
  }
  return { scores, counts }
}

/** How many of scores that descend are above one. */
function levelsAbove(scores: readonly number[], score: number): number {
  let [from, to] = [0, scores.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (scores[middle] > score) from = middle + 1
    else to = middle
  }
  return from
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
