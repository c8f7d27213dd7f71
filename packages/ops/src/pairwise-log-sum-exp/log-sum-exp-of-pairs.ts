import * as tf from '@tensorflow/tfjs-core'
import { customGradient } from '../custom-gradient.ts'
import { fastOr } from '../differentiable-op.ts'
import { gradientDepth } from '../engine-state.ts'
import { logSumExp } from '../log-sum-exp.ts'
import { PairwiseLogSumExp, PairwiseLogSumExpGrad } from './contract.ts'
import type { Pairs } from './pairs.ts'
import {
  finiteOrZero,
  type PairwiseTensors,
  tiledBackward,
  tiledForward,
  tileLogits,
  withoutBystanders,
} from './tiles.ts'

/** Queries and keys in a tile of the composed form. */
export const usualTileSize = 512

/** Log-sum-exps over keys (one a query) and over queries (one a key), in nats. */
export interface RowsAndColumns {
  /** [n] */
  readonly rows: tf.Tensor1D
  /** [m] */
  readonly columns: tf.Tensor1D
}

/** The tensors among these have a gradient. */
export interface Inputs extends PairwiseTensors {
  readonly scale: number | tf.Tensor
}

export interface How {
  readonly pairs: Pairs
  readonly columns: boolean
  /** Whether the logit of query i and key i is the offset of row i and of column i; m = n then. */
  readonly paired: boolean
  readonly tileSize: number
}

/** Rows [n], then columns [m] if asked, in one tensor: tfjs's custom gradients have one output. */
export function logSumExpOfPairs(inputs: Inputs, how: How): tf.Tensor {
  const [n, m] = [inputs.queries.shape[0], inputs.keys.shape[0]]
  if (n === 0 || m === 0) return ofNoPairs(inputs, how.columns ? n + m : n)
  return gradientDepth() > 1 ? composed(inputs, how) : withTiledGradient(inputs, how)
}

/** The two parts of such a tensor. */
export function rowsAndColumns(n: number, combined: () => tf.Tensor): RowsAndColumns {
  return tf.tidy(() => {
    const all = combined()
    return { rows: tf.slice(all, 0, n), columns: lastRows(all, n) }
  }) as unknown as RowsAndColumns
}

/** −∞ throughout, with a gradient of zero for each input. */
function ofNoPairs(tensors: Inputs, size: number): tf.Tensor {
  const inputs = present(tensors).map(entry => entry[1])
  const shapes = inputs.map(input => input.shape)
  return customGradient(
    () => ({
      value: tf.fill([size], Number.NEGATIVE_INFINITY),
      saved: [],
      gradient: () => shapes.map(shape => tf.zeros(shape)),
    }),
    ...inputs,
  )
}

function scaled(queries: tf.Tensor, scale: number | tf.Tensor): tf.Tensor {
  return scale === 1 ? queries : tf.mul(queries, scale)
}

/** With z_ii as the offsets, where pairs belong together. */
function withOwnOffsets(tensors: PairwiseTensors, paired: boolean): PairwiseTensors {
  if (!paired) return tensors
  const own = tf.tidy(() => tf.sum(tf.mul(tensors.queries, tensors.keys), 1))
  return { ...tensors, rowOffset: own, columnOffset: own }
}

/** The same numbers from the whole matrix of logits, in ops that tfjs can differentiate as often as asked. */
function composed({ scale, ...inputs }: Inputs, how: How): tf.Tensor {
  const { pairs, columns } = how
  const queries = scaled(inputs.queries, scale)
  const tensors = withOwnOffsets({ ...inputs, queries }, how.paired)
  const { keys, rowOffset, columnOffset } = tensors
  const z = tileLogits(withoutBystanders(tensors, pairs), pairs, {
    queries: [0, queries.shape[0]],
    keys: [0, keys.shape[0]],
  })
  const rows = logSumExp(rowOffset === undefined ? z : tf.sub(z, tf.expandDims(rowOffset, 1)), 1)
  if (!columns) return rows
  return tf.concat([rows, logSumExp(columnOffset === undefined ? z : tf.sub(z, columnOffset), 0)])
}

function withTiledGradient(inputs: Inputs, how: How): tf.Tensor {
  const { pairs, columns, paired, tileSize } = how
  const n = inputs.queries.shape[0]
  const differentiable = present(inputs)
  const selection = present(pairs)
  return customGradient(
    () => {
      const { scale, ...others } = inputs
      const queries = scaled(inputs.queries, scale)
      const tensors = withOwnOffsets({ ...others, queries }, paired)
      const outputs = fastOr(
        PairwiseLogSumExp,
        () => Object.fromEntries([...present(tensors), ...selection]),
        { columns },
        () => tiledForward(tensors, pairs, columns, tileSize),
      )
      const value = columns ? tf.concat(outputs) : outputs[0]
      const offset = paired ? [tensors.rowOffset as tf.Tensor] : []
      const saved = [...differentiable, ...selection].map(entry => entry[1])
      // The scaled queries themselves: a kernel may have kept what it made of them.
      return { value, saved: [...saved, queries, ...offset, value], gradient }
    },
    ...differentiable.map(entry => entry[1]),
  )

  function gradient(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
    const named = [...differentiable, ...selection]
    const kept = Object.fromEntries(named.map(([name], i) => [name, saved[i]]))
    const queries = saved[named.length]
    const own = paired ? saved[named.length + 1] : undefined
    // Of five matrices [n, d] here all but the results go at once: a tape keeps what it is given to its end.
    return tf.tidy(() => gradients(dy, kept, queries, own, saved[saved.length - 1]))
  }

  function gradients(
    dy: tf.Tensor,
    kept: Readonly<Record<string, tf.Tensor>>,
    queries: tf.Tensor,
    own: tf.Tensor | undefined,
    value: tf.Tensor,
  ): tf.Tensor[] {
    const scale = kept.scale ?? inputs.scale
    const offsets = own && { rowOffset: own, columnOffset: own }
    const { scale: _, ...given } = kept
    const tensors: PairwiseTensors = { ...given, ...offsets, keys: kept.keys, queries }
    // An empty row's log-sum-exp is −∞ whatever its inputs: nothing flows back from it.
    const flowing = tf.tidy(() => tf.where(tf.equal(value, Number.NEGATIVE_INFINITY), tf.zerosLike(dy), dy))
    const finite = finiteOrZero(value)
    const ofRows = columns ? firstRows(flowing, n) : flowing
    const ofColumns = columns ? lastRows(flowing, n) : undefined
    const backward = {
      rows: columns ? firstRows(finite, n) : finite,
      rowGradient: ofRows,
      ...(ofColumns && { columns: lastRows(finite, n), columnGradient: ofColumns }),
    }
    let [dQueries, dKeys, dKeyBias] = fastOr(
      PairwiseLogSumExpGrad,
      () => ({ ...tensors, ...backward }),
      { columns },
      () => tiledBackward(tensors, { ...pairs, ...pick(kept, selection) }, backward, tileSize),
    )
    if (own !== undefined) {
      const dOwn = tf.neg(tf.expandDims(tf.add(ofRows, ofColumns as tf.Tensor), 1))
      dKeys = replaced(dKeys, all => tf.add(all, tf.mul(queries, dOwn)))
      dQueries = replaced(dQueries, all => tf.add(all, tf.mul(kept.keys, dOwn)))
    }
    const results: Readonly<Record<string, () => tf.Tensor>> = {
      keys: () => dKeys,
      scale: () => tf.reshape(tf.sum(tf.mul(dQueries, kept.queries)), kept.scale.shape),
      queries: () => scaled(dQueries, scale),
      keyBias: () => dKeyBias,
      rowOffset: () => tf.neg(ofRows),
      columnOffset: () => tf.neg(ofColumns as tf.Tensor),
    }
    return differentiable.map(([name]) => results[name]())
  }
}

/** `change` of a tensor that nothing else needs. */
function replaced(x: tf.Tensor, change: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const result = tf.tidy(() => change(x))
  x.dispose()
  return result
}

function firstRows(x: tf.Tensor, count: number): tf.Tensor {
  return x.shape[0] === count ? x : tf.slice(x, 0, count)
}

/** Those after the first `count`. */
function lastRows(x: tf.Tensor, count: number): tf.Tensor {
  return tf.slice(x, count, x.shape[0] - count)
}

function present(tensors: object): [name: string, tensor: tf.Tensor][] {
  return Object.entries(tensors).filter(entry => entry[1] instanceof tf.Tensor)
}

function pick(all: Readonly<Record<string, tf.Tensor>>, entries: readonly (readonly [string, unknown])[]) {
  return Object.fromEntries(entries.map(([name]) => [name, all[name]]))
}
