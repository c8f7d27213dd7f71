import { ChiaroError } from '@chiaro/core'
import type { ColumnTable, TableEncoding } from '@chiaro/data'
import { encodeRows, type Rows } from '../rows/encoded-rows.ts'

/** One number for each column. */
export type Pair = readonly [number, number]

/** Points of the plane as they are learned, in three parts: to train on, to fit a kernel density to, to judge by. */
export interface PlanePoints {
  readonly all: Float32Array
  readonly training: Rows
  readonly aside: Rows
  readonly heldOut: Rows
  readonly mean: Pair
  readonly deviation: Pair
  /** Their width: the mean of the columns' standard deviations. */
  readonly scale: number
}

/** Rows of a kernel density, at most: each costs one kernel for every noise sample. */
const mostAside = 500
/** With fewer, every part is all of them. */
const fewestToPart = 40
/** Fewer rows tell no density. */
const fewest = 8

/**
 * The rows of a table of two numeric columns, which are taken in their order: the first fifth at most is set aside, the
 * next as much held out.
 *
 * @throws ChiaroError ('data') for another number of columns and for fewer than 8 rows
 */
export function planePoints(table: ColumnTable, encoding: TableEncoding): PlanePoints {
  const { values, width, count } = encodeRows(table, encoding)
  if (width !== 2) throw unfit('two numeric columns that vary', String(width))
  if (count < fewest) throw unfit(`at least ${fewest} rows`, String(count))
  const rows = (from: number, to: number): Rows => {
    const part = values.subarray(2 * from, 2 * to)
    return { values: part, width, count: part.length / 2, imputed: 0 }
  }
  const part = Math.min(mostAside, Math.floor(count / 5))
  const few = count < fewestToPart
  const { mean, deviation } = moments(values)
  return {
    all: values,
    aside: few ? rows(0, count) : rows(0, part),
    heldOut: few ? rows(0, count) : rows(part, 2 * part),
    training: few ? rows(0, count) : rows(2 * part, count),
    mean,
    deviation,
    scale: (deviation[0] + deviation[1]) / 2,
  }
}

function moments(values: Float32Array): { readonly mean: Pair; readonly deviation: Pair } {
  const n = values.length / 2
  const mean: [number, number] = [0, 0]
  for (const [at, value] of values.entries()) mean[at & 1] += value / n
  const variance: [number, number] = [0, 0]
  for (const [at, value] of values.entries()) variance[at & 1] += (value - mean[at & 1]) ** 2 / n
  return { mean, deviation: [Math.sqrt(variance[0]), Math.sqrt(variance[1])] }
}

function unfit(expected: string, got: string): ChiaroError {
  return new ChiaroError('data', `plane density: the table must have ${expected}, got ${got}`, 'table')
}
