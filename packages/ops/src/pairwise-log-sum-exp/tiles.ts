import * as tf from '@tensorflow/tfjs-core'
import { logOfSum } from '../log-sum-exp.ts'
import type { Pairs, Tile } from './pairs.ts'

/** The differentiable inputs of the pairwise log-sum-exp; queries come scaled. */
export interface PairwiseTensors {
  /** [n, d] */
  readonly queries: tf.Tensor
  /** [m, d] */
  readonly keys: tf.Tensor
  /** [m] */
  readonly keyBias?: tf.Tensor
  /** [n] */
  readonly rowOffset?: tf.Tensor
  /** [m] */
  readonly columnOffset?: tf.Tensor
}

/** A log-sum-exp on its way: Σ exp(z − max) and the max so far; the max of nothing is −∞. */
type Running = { readonly max: tf.Tensor; readonly sum: tf.Tensor }

const nothing = Number.NEGATIVE_INFINITY

/** z of a tile, −∞ where a pair is left out: selected, so that no masked value is ever added or multiplied. */
export function tileLogits(tensors: PairwiseTensors, pairs: Pairs, tile: Tile): tf.Tensor {
  const queries = part(tensors.queries, tile.queries)
  const keys = part(tensors.keys, tile.keys)
  let z: tf.Tensor = tf.matMul(queries as tf.Tensor2D, keys as tf.Tensor2D, false, true)
  if (tensors.keyBias !== undefined) {
    const bias = part(tensors.keyBias, tile.keys)
    z = tf.add(z, finiteOrZero(bias))
  }
  const selected = pairs.takePart(pairs, tile, tensors)
  if (selected === undefined) return z
  const whole = tf.util.arraysEqual(selected.shape, z.shape)
    ? selected
    : tf.broadcastTo(selected, [...z.shape])
  return tf.where(whole, z, tf.fill([...z.shape], nothing))
}

/**
 * The queries and keys with 0 in the rows that take part in no pair: in the products of a composed gradient a NaN or
 * ∞ there would reach every other row, as 0 times it is NaN.
 */
export function withoutBystanders(tensors: PairwiseTensors, pairs: Pairs): PairwiseTensors {
  const { queries, keys } = tensors
  const [n, m] = [queries.shape[0], keys.shape[0]]
  const selected = pairs.takePart(pairs, { queries: [0, n], keys: [0, m] }, tensors)
  if (selected === undefined) return tensors
  const taking = (axis: number) => tf.any(selected, axis)
  const orZero = (x: tf.Tensor, wanted: tf.Tensor) =>
    tf.where(tf.reshape(wanted, [-1, 1]), x, tf.zerosLike(x))
  return { ...tensors, queries: orZero(queries, taking(1)), keys: orZero(keys, taking(0)) }
}

/** Rows [n] and, when asked, columns [m] of the log-sum-exp, tile by tile with a running maximum. */
export function tiledForward(
  tensors: PairwiseTensors,
  pairs: Pairs,
  columns: boolean,
  tileSize: number,
): tf.Tensor[] {
  const byKeys: (Running | undefined)[] = []
  const rows: tf.Tensor[] = []
  for (const queries of ranges(tensors.queries.shape[0], tileSize)) {
    let byQueries: Running | undefined
    for (const [at, keys] of ranges(tensors.keys.shape[0], tileSize).entries()) {
      const tile: Tile = { queries, keys }
      const before = [byQueries, byKeys[at]]
      const after = tf.tidy(() => {
        const z = tileLogits(tensors, pairs, tile)
        const row = extend(before[0], z, 1)
        return columns ? [row, extend(before[1], z, 0)] : [row]
      })
      tf.dispose(before.filter(running => running !== undefined))
      ;[byQueries, byKeys[at]] = after
    }
    rows.push(finish(byQueries as Running, tensors.rowOffset, queries))
  }
  if (!columns) return [tf.concat(rows)]
  const finished = ranges(tensors.keys.shape[0], tileSize).map((keys, at) =>
    finish(byKeys[at] as Running, tensors.columnOffset, keys),
  )
  return [tf.concat(rows), tf.concat(finished)]
}

/** What the backward pass knows beside the inputs: the log-sum-exps (0 where empty) and their gradients. */
export interface Backward {
  readonly rows: tf.Tensor
  readonly rowGradient: tf.Tensor
  readonly columns?: tf.Tensor
  readonly columnGradient?: tf.Tensor
}

/**
 * [dQueries, dKeys, dKeyBias] of the contract; each tile's logits are computed again.
 *
 * g is 0 for a pair left out, but 0 times a NaN or ∞ is NaN. So elements that are not finite are 0 in the products
 * with g: where such a query or key does take part, its logit is NaN (and so is g) or ±∞ (g is NaN or 0) already.
 */
export function tiledBackward(
  tensors: PairwiseTensors,
  pairs: Pairs,
  backward: Backward,
  tileSize: number,
): tf.Tensor[] {
  const queryParts: tf.Tensor[] = []
  const keySums: (tf.Tensor | undefined)[] = []
  const biasSums: (tf.Tensor | undefined)[] = []
  const factors = { queries: finiteElements(tensors.queries), keys: finiteElements(tensors.keys) }
  for (const queries of ranges(tensors.queries.shape[0], tileSize)) {
    let querySum: tf.Tensor | undefined
    for (const [at, keys] of ranges(tensors.keys.shape[0], tileSize).entries()) {
      const tile: Tile = { queries, keys }
      const before = [querySum, keySums[at], biasSums[at]]
      const after = tf.tidy(() => {
        const g = tileGradient(tensors, pairs, backward, tile) as tf.Tensor2D
        const contributions = [
          tf.matMul(g, part(factors.keys, keys) as tf.Tensor2D),
          tf.matMul(g, part(factors.queries, queries) as tf.Tensor2D, true, false),
          tf.sum(g, 0),
        ]
        return contributions.map((added, i) => (before[i] === undefined ? added : tf.add(before[i], added)))
      })
      tf.dispose(before.filter(sum => sum !== undefined))
      ;[querySum, keySums[at], biasSums[at]] = after
    }
    queryParts.push(querySum as tf.Tensor)
  }
  tf.dispose(factors)
  return [queryParts, keySums as tf.Tensor[], biasSums as tf.Tensor[]].map(parts => tf.concat(parts))
}

/** x with 0 in place of NaN and ±∞. */
function finiteElements(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.where(tf.isFinite(x), x, tf.zerosLike(x)))
}

/** g of the contract for a tile. */
function tileGradient(tensors: PairwiseTensors, pairs: Pairs, backward: Backward, tile: Tile): tf.Tensor {
  const { rows, rowGradient, columns, columnGradient } = backward
  const z = tileLogits(tensors, pairs, tile)
  const fromRows = weightedSoftmax(z, rows, tensors.rowOffset, rowGradient, tile.queries, 1)
  if (columns === undefined || columnGradient === undefined) return fromRows
  const fromColumns = weightedSoftmax(z, columns, tensors.columnOffset, columnGradient, tile.keys, 0)
  return tf.add(fromRows, fromColumns)
}

/**
 * gradient·exp(z − offset − logSumExp), along an axis. The two are added first, so that the matrix is touched by
 * one subtraction; what that addition rounds off, exp(−rest), goes to the gradient.
 */
function weightedSoftmax(
  z: tf.Tensor,
  logSumExp: tf.Tensor,
  offset: tf.Tensor | undefined,
  gradient: tf.Tensor,
  range: readonly [number, number],
  axis: number,
): tf.Tensor {
  const [lse, weight] = [part(logSumExp, range), part(gradient, range)]
  if (offset === undefined) {
    return tf.mul(tf.exp(tf.sub(z, tf.expandDims(lse, axis))), tf.expandDims(weight, axis))
  }
  const shift = part(offset, range)
  const total = tf.add(shift, lse)
  const added = tf.sub(total, shift)
  const rest = tf.add(tf.sub(shift, tf.sub(total, added)), tf.sub(lse, added))
  const corrected = tf.mul(weight, tf.exp(tf.neg(rest)))
  return tf.mul(tf.exp(tf.sub(z, tf.expandDims(total, axis))), tf.expandDims(corrected, axis))
}

function extend(running: Running | undefined, z: tf.Tensor, axis: number): Running {
  const tileMax = tf.max(z, axis)
  const max = running === undefined ? tileMax : tf.maximum(running.max, tileMax)
  const shift = finiteOrZero(max)
  const sum = tf.sum(tf.exp(tf.sub(z, tf.expandDims(shift, axis))), axis)
  if (running === undefined) return { max, sum }
  return { max, sum: tf.add(tf.mul(running.sum, tf.exp(tf.sub(running.max, shift))), sum) }
}

/** log Σ exp(z − offset): the offset is taken from the maximum, near which it loses no digits. */
function finish({ max, sum }: Running, offset: tf.Tensor | undefined, range: [number, number]): tf.Tensor {
  const result = tf.tidy(() => {
    const shift = finiteOrZero(max)
    return tf.add(logOfSum(sum), offset === undefined ? shift : tf.sub(shift, part(offset, range)))
  })
  tf.dispose([max, sum])
  return result
}

/** x with 0 in place of −∞, the maximum or log-sum-exp of no pairs. */
export function finiteOrZero(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.where(tf.equal(x, nothing), tf.zerosLike(x), x))
}

/** Some rows of a tensor. */
export function part(x: tf.Tensor, [from, to]: readonly [number, number]): tf.Tensor {
  if (from === 0 && to === x.shape[0]) return x
  return tf.slice(x, from, to - from)
}

function ranges(size: number, tileSize: number): [number, number][] {
  return Array.from({ length: Math.ceil(size / tileSize) }, (_, t) => [
    t * tileSize,
    Math.min(size, (t + 1) * tileSize),
  ])
}
