import { rangeError, typeError, type View } from '@chiaro/core'
import { foldIn, normal, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** A random view of rows of features [batch, features]. */
export type TableView = View<tf.Tensor2D>

export interface ScarfCorruptionOptions {
  /** Rows whose columns are drawn from, [rows, features], most often the training table; read once, here. */
  readonly marginals: tf.Tensor2D
  /** The probability that a value is replaced. Default 0.6, as in the paper; 0 draws nothing. */
  readonly rate?: number
}

/**
 * Each value replaced, with probability `rate`, by that of the same column in a row of `marginals` drawn for it alone
 * (SCARF; Bahri, Jiang, Tay and Metzler 2022, "Self-supervised contrastive learning using random feature corruption").
 * The paper replaces a fixed number of a row's values; here the number is binomial. Two draws a value.
 *
 * @returns [batch, features] → the same shape
 * @throws TypeError for tables of another rank; RangeError for a rate outside 0…1, an empty reference table, or other
 *   numbers of features
 */
export function scarfCorruption({ marginals, rate = 0.6 }: ScarfCorruptionOptions): TableView {
  const where = 'scarfCorruption'
  checkRate(where, rate)
  checkTable(where, 'marginals', marginals)
  const [rows, features] = marginals.shape
  if (rows === 0) throw rangeError(where, 'marginals', 'of at least one row', `[${marginals.shape}]`)
  const reference = Float32Array.from(marginals.dataSync())
  return (key, batch) => {
    checkTable(where, 'batch', batch)
    if (batch.shape[1] !== features) {
      throw rangeError(where, 'batch', `[batch, ${features}]`, `[${batch.shape}]`)
    }
    if (rate === 0) return tf.clone(batch)
    const places = uniformValues(foldIn(key, 1), batch.size)
    const others = Float32Array.from(
      places,
      (place, at) => reference[Math.floor(place * rows) * features + (at % features)],
    )
    return tf.tidy(() => tf.where(chosen(key, batch, rate), tf.tensor2d(others, batch.shape), batch))
  }
}

export interface GaussianJitterOptions {
  /** Of the noise: one for all columns, or one for each. Default 0.1; 0 draws nothing. */
  readonly standardDeviation?: number | readonly number[]
}

/**
 * Independent normal noise on every value: x' = x + standardDeviation·n.
 *
 * @throws RangeError unless deviations are finite and not negative, and as many as columns; TypeError for another rank
 */
export function gaussianJitter({ standardDeviation = 0.1 }: GaussianJitterOptions = {}): TableView {
  const where = 'gaussianJitter'
  const each = typeof standardDeviation === 'number' ? [standardDeviation] : [...standardDeviation]
  if (!each.every(value => value >= 0 && Number.isFinite(value))) {
    throw rangeError(where, 'standardDeviation', 'finite and not negative', `[${each}]`)
  }
  const still = each.every(value => value === 0)
  return (key, batch) => {
    checkTable(where, 'batch', batch)
    if (typeof standardDeviation !== 'number' && each.length !== batch.shape[1]) {
      throw rangeError(where, 'batch', `[batch, ${each.length}]`, `[${batch.shape}]`)
    }
    if (still) return tf.clone(batch)
    return tf.tidy(() => tf.add(batch, tf.mul(normal(foldIn(key, 0), batch.shape), tf.tensor1d(each))))
  }
}

export interface FeatureMaskingOptions {
  /** The probability that a value is masked. Default 0.3, as VIME's (Yoon et al. 2020); 0 draws nothing. */
  readonly rate?: number
  /** What stands in its place. Default 0. */
  readonly fill?: number
}

/**
 * Each value replaced by `fill` with probability `rate`. One draw a value.
 *
 * @throws RangeError for a rate outside 0…1 or a fill that is not finite; TypeError for another rank
 */
export function featureMasking({ rate = 0.3, fill = 0 }: FeatureMaskingOptions = {}): TableView {
  checkRate('featureMasking', rate)
  if (!Number.isFinite(fill)) throw rangeError('featureMasking', 'fill', 'finite', String(fill))
  return (key, batch) => {
    checkTable('featureMasking', 'batch', batch)
    if (rate === 0) return tf.clone(batch)
    return tf.tidy(() => tf.where(chosen(key, batch, rate), tf.fill(batch.shape, fill), batch))
  }
}

function chosen(key: Parameters<TableView>[0], batch: tf.Tensor2D, rate: number): tf.Tensor2D {
  const mask = Uint8Array.from(uniformValues(foldIn(key, 0), batch.size), draw => (draw < rate ? 1 : 0))
  return tf.tensor2d(mask, batch.shape, 'bool')
}

function checkRate(where: string, rate: number): void {
  if (!(rate >= 0 && rate <= 1)) throw rangeError(where, 'rate', 'between 0 and 1', String(rate))
}

function checkTable(where: string, name: string, table: tf.Tensor2D): void {
  if (table.rank === 2 && table.dtype === 'float32') return
  throw typeError(where, name, 'float32 [rows, features]', `${table.dtype} [${table.shape}]`)
}
