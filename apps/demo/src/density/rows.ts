import type { RandomKey } from '@chiaro/core'
import { foldIn, permutation } from '@chiaro/random'
import { type DataSet, dataSets } from './data-sets.ts'
import type { Box, OwnRows } from './messages.ts'
import type { SourceName } from './settings.ts'

/** The data of a run, in three parts: to train on, to fit a kernel density to, and to judge by. */
export interface RunRows {
  readonly training: Float32Array
  readonly aside: Float32Array
  readonly heldOut: Float32Array
  readonly axes: readonly [string, string]
  /** How the user's columns became these numbers. */
  readonly encoding: readonly { readonly name: string; readonly mean: number; readonly deviation: number }[]
  readonly mean: readonly [number, number]
  readonly deviation: readonly [number, number]
  readonly box: Box
  readonly density?: DataSet['density']
}

const drawnCount = 12_000
/** Rows of a kernel density, at most: each costs one kernel for every noise sample. */
const mostAside = 500
const fewest = 8

/** The rows of a run; the same source, seed and rows give the same ones. */
export async function prepareRows(source: SourceName, key: RandomKey, own?: OwnRows): Promise<RunRows> {
  if (source === 'drawn' || source === 'file') return ownRows(key, source, own)
  const set = dataSets[source]()
  const values = await set.draw(foldIn(key, 0), drawnCount)
  const identity = ['x', 'y'].map(name => ({ name, mean: 0, deviation: 1 }))
  return { ...parted(values), axes: ['x', 'y'], encoding: identity, density: set.density }
}

function ownRows(key: RandomKey, source: 'drawn' | 'file', own?: OwnRows): RunRows {
  const count = (own?.values.length ?? 0) / 2
  if (own === undefined || count < fewest) {
    const way =
      source === 'drawn' ? 'Draw some on the first plot' : 'Choose a CSV file with two columns of numbers'
    throw new RangeError(`There are ${count} points, and ${fewest} is the least to learn from. ${way}.`)
  }
  const order = permutation(foldIn(key, 0), count)
  const mixed = Float32Array.from(own.values, (_, at) => own.values[2 * order[at >> 1] + (at & 1)])
  if (source === 'drawn') {
    const identity = own.names.map(name => ({ name, mean: 0, deviation: 1 }))
    return { ...parted(mixed), axes: own.names, encoding: identity }
  }
  const { mean, deviation } = moments(mixed)
  const encoding = own.names.map((name, j) => ({ name, mean: mean[j], deviation: deviation[j] }))
  const constant = encoding.find(({ deviation }) => !(deviation > 0))
  if (constant) throw new RangeError(`Column “${constant.name}” has one value only; choose another column.`)
  const values = mixed.map((value, at) => (value - mean[at & 1]) / deviation[at & 1])
  const axes = own.names.map(name => `${name} (standard deviations from its mean)`) as [string, string]
  return { ...parted(values), axes, encoding }
}

function parted(values: Float32Array) {
  const count = values.length / 2
  const part = Math.min(mostAside, Math.floor(count / 5))
  const [aside, heldOut] = [values.slice(0, 2 * part), values.slice(2 * part, 4 * part)]
  const training = values.slice(4 * part)
  const few = count < 40
  return {
    training: few ? values : training,
    aside: few ? values : aside,
    heldOut: few ? values : heldOut,
    ...moments(values),
    box: boxOf(values),
  }
}

type Pair = [number, number]

function moments(values: Float32Array): { readonly mean: Pair; readonly deviation: Pair } {
  const n = values.length / 2
  const mean: Pair = [0, 0]
  for (const [at, value] of values.entries()) mean[at & 1] += value / n
  const variance: Pair = [0, 0]
  for (const [at, value] of values.entries()) variance[at & 1] += (value - mean[at & 1]) ** 2 / n
  return { mean, deviation: [Math.sqrt(variance[0]), Math.sqrt(variance[1])] }
}

/** A square about the rows, with room for the tails of a model of them. */
function boxOf(values: Float32Array): Box {
  const low: Pair = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high: Pair = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [at, value] of values.entries()) {
    low[at & 1] = Math.min(low[at & 1], value)
    high[at & 1] = Math.max(high[at & 1], value)
  }
  const half = 0.7 * Math.max(high[0] - low[0], high[1] - low[1], 1e-3)
  const centre = low.map((value, j) => (value + high[j]) / 2)
  return { low: [centre[0] - half, centre[1] - half], high: [centre[0] + half, centre[1] + half] }
}
