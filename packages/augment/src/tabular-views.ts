import { type BatchPart, checkInteger, checkNumber, checkShape, typeError, type View } from '@chiaro/core'
import { foldIn, normal, tensorOfRows } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { rowDraws } from './row-draws.ts'

/** A random view of rows of features [batch, features]. */
export type TableView = View<tf.Tensor2D>

/** Which features of a row are one column of the table. */
export interface ColumnsOption {
  /**
   * [features] the number of the column that each feature is of, from 0: a category one-hot is changed as a whole.
   * Default: each its own.
   */
  readonly columns?: readonly number[]
}

export interface ScarfCorruptionOptions extends ColumnsOption {
  /** Rows whose columns are drawn from, [rows, features], most often the training table; read once, here. */
  readonly marginals: tf.Tensor2D
  /** The probability that a value is replaced. Default 0.6, as in the paper; 0 draws nothing. */
  readonly rate?: number
}

/**
 * Each value replaced, with probability `rate`, by that of the same column in a row of `marginals` drawn for it alone
 * (SCARF; Bahri, Jiang, Tay and Metzler 2022, "Self-supervised contrastive learning using random feature corruption").
 * The paper replaces a fixed number of a row's values; here the number is binomial. Two draws a value, or a column.
 *
 * @returns [batch, features] → the same shape
 * @throws TypeError for tables of another rank or number of features; RangeError for a rate outside 0…1, an empty
 *   reference table
 *
 * @example
 * ```ts
 * import { scarfCorruption } from '@chiaro/augment'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const rows = tf.tensor2d([[1, 10], [2, 20], [3, 30]])
 * scarfCorruption({ marginals: rows, rate: 0.5 })(key(1), rows).print() // some values are of other rows
 * ```
 */
export function scarfCorruption({ marginals, rate = 0.6, columns }: ScarfCorruptionOptions): TableView {
  const where = 'scarfCorruption'
  checkNumber(where, { rate }, { least: 0, most: 1 })
  const { rows, features } = checkShape(where, { marginals }, ['rows', 'features'], { least: { rows: 1 } })
  checkColumns(where, columns, features)
  const reference = Float32Array.from(marginals.dataSync())
  return (key, batch, part = {}) => {
    checkShape(where, { batch }, ['batch', features])
    if (rate === 0) return tf.clone(batch)
    const places = drawsOf(foldIn(key, 1), batch, columns, part)
    const others = Float32Array.from(
      places,
      (place, at) => reference[Math.floor(place * rows) * features + (at % features)],
    )
    return tf.tidy(() =>
      tf.where(chosen(key, batch, rate, columns, part), tf.tensor2d(others, batch.shape), batch),
    )
  }
}

export interface GaussianJitterOptions {
  /** Of the noise: one for all columns, or one for each. Default 0.1; 0 draws nothing. */
  readonly standardDeviation?: number | readonly number[]
}

/**
 * Independent normal noise on every value: x' = x + standardDeviation·n.
 *
 * @throws RangeError unless deviations are finite and not negative; TypeError for another rank or number of columns
 */
export function gaussianJitter({ standardDeviation = 0.1 }: GaussianJitterOptions = {}): TableView {
  const where = 'gaussianJitter'
  checkNumber(where, { standardDeviation }, { least: 0 })
  const each = typeof standardDeviation === 'number' ? [standardDeviation] : [...standardDeviation]
  const still = each.every(value => value === 0)
  return (key, batch, part = {}) => {
    checkShape(where, { batch }, ['batch', typeof standardDeviation === 'number' ? 'features' : each.length])
    if (still) return tf.clone(batch)
    const [count, features] = batch.shape
    return tf.tidy(() => {
      const noise = tensorOfRows(count, part, n => normal(foldIn(key, 0), [n, features]))
      return tf.add(batch, tf.mul(noise, tf.tensor1d(each)))
    })
  }
}

export interface FeatureMaskingOptions extends ColumnsOption {
  /** The probability that a value is masked. Default 0.3, as VIME's (Yoon et al. 2020); 0 draws nothing. */
  readonly rate?: number
  /** What stands in its place. Default 0. */
  readonly fill?: number
}

/**
 * Each value replaced by `fill` with probability `rate`. One draw a value, or a column.
 *
 * @throws RangeError for a rate outside 0…1 or a fill that is not finite; TypeError for another rank
 *
 * @example
 * ```ts
 * import { featureMasking } from '@chiaro/augment'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // Features 1 to 3 are one category, one-hot: it goes or stays as a whole.
 * featureMasking({ rate: 0.5, columns: [0, 1, 1, 1] })(key(1), tf.tensor2d([[2, 0, 1, 0]])).print()
 * ```
 */
export function featureMasking({ rate = 0.3, fill = 0, columns }: FeatureMaskingOptions = {}): TableView {
  checkNumber('featureMasking', { rate }, { least: 0, most: 1 })
  checkNumber('featureMasking', { fill })
  return (key, batch, part = {}) => {
    const { features } = checkShape('featureMasking', { batch }, ['batch', 'features'])
    checkColumns('featureMasking', columns, features)
    if (rate === 0) return tf.clone(batch)
    return tf.tidy(() => tf.where(chosen(key, batch, rate, columns, part), tf.fill(batch.shape, fill), batch))
  }
}

type Key = Parameters<TableView>[0]

function checkColumns(where: string, columns: readonly number[] | undefined, features: number): void {
  if (columns === undefined) return
  if (columns.length !== features) {
    throw typeError(where, 'columns', `[${features}], one for each feature`, `[${columns.length}]`)
  }
  for (const [at, column] of columns.entries())
    checkInteger(where, { [`columns[${at}]`]: column }, { least: 0 })
}

/** [batch·features] a uniform draw for each value, the same for all features of a row's column. */
function drawsOf(
  key: Key,
  batch: tf.Tensor2D,
  columns: readonly number[] | undefined,
  part: BatchPart,
): Float32Array {
  const [rows, features] = batch.shape
  if (columns === undefined) return Float32Array.from(rowDraws(key, rows, features, part))
  const count = Math.max(...columns) + 1
  const draws = rowDraws(key, rows, count, part)
  return Float32Array.from(
    { length: batch.size },
    (_, at) => draws[Math.floor(at / features) * count + columns[at % features]],
  )
}

function chosen(
  key: Key,
  batch: tf.Tensor2D,
  rate: number,
  columns: readonly number[] | undefined,
  part: BatchPart,
): tf.Tensor2D {
  const mask = Uint8Array.from(drawsOf(foldIn(key, 0), batch, columns, part), draw => (draw < rate ? 1 : 0))
  return tf.tensor2d(mask, batch.shape, 'bool')
}
