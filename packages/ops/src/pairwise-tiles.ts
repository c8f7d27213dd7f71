import * as tf from '@tensorflow/tfjs-core'
import { type Pairs, type Tile, takesPart } from './pairwise-pairs.ts'

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
  let selected = takesPart(pairs, tile)
  if (tensors.keyBias !== undefined) {
    const bias = tf.reshape(part(tensors.keyBias, tile.keys), [1, -1])
    const weighted = tf.notEqual(bias, nothing)
    selected = selected === undefined ? weighted : tf.logicalAnd(selected, weighted)
    z = tf.add(z, tf.where(weighted, bias, tf.zerosLike(bias)))
  }
  if (selected === undefined) return z
  return tf.where(tf.broadcastTo(selected, [...z.shape]), z, tf.fill([...z.shape], nothing))
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
        const row = extend(before[0], fromRows(z, tensors.rowOffset, tile), 1)
        return columns ? [row, extend(before[1], fromColumns(z, tensors.columnOffset, tile), 0)] : [row]
      })
      tf.dispose(before.filter(running => running !== undefined))
      ;[byQueries, byKeys[at]] = after
    }
    rows.push(finish(byQueries as Running))
  }
  if (!columns) return [tf.concat(rows)]
  return [tf.concat(rows), tf.concat(byKeys.map(running => finish(running as Running)))]
}

/** What the backward pass knows beside the inputs: the log-sum-exps (0 where empty) and their gradients. */
export interface Backward {
  readonly rows: tf.Tensor
  readonly rowGradient: tf.Tensor
  readonly columns?: tf.Tensor
  readonly columnGradient?: tf.Tensor
}

/** [dQueries, dKeys, dKeyBias] of the contract; each tile's logits are computed again. */
export function tiledBackward(
  tensors: PairwiseTensors,
  pairs: Pairs,
  backward: Backward,
  tileSize: number,
): tf.Tensor[] {
  const queryParts: tf.Tensor[] = []
  const keySums: (tf.Tensor | undefined)[] = []
  const biasSums: (tf.Tensor | undefined)[] = []
  for (const queries of ranges(tensors.queries.shape[0], tileSize)) {
    let querySum: tf.Tensor | undefined
    for (const [at, keys] of ranges(tensors.keys.shape[0], tileSize).entries()) {
      const tile: Tile = { queries, keys }
      const before = [querySum, keySums[at], biasSums[at]]
      const after = tf.tidy(() => {
        const g = tileGradient(tensors, pairs, backward, tile) as tf.Tensor2D
        const contributions = [
          tf.matMul(g, part(tensors.keys, keys) as tf.Tensor2D),
          tf.matMul(g, part(tensors.queries, queries) as tf.Tensor2D, true, false),
          tf.sum(g, 0),
        ]
        return contributions.map((added, i) => (before[i] === undefined ? added : tf.add(before[i], added)))
      })
      tf.dispose(before.filter(sum => sum !== undefined))
      ;[querySum, keySums[at], biasSums[at]] = after
    }
    queryParts.push(querySum as tf.Tensor)
  }
  return [queryParts, keySums as tf.Tensor[], biasSums as tf.Tensor[]].map(parts => tf.concat(parts))
}

function tileGradient(tensors: PairwiseTensors, pairs: Pairs, backward: Backward, tile: Tile): tf.Tensor {
  const { rows, rowGradient, columns, columnGradient } = backward
  const z = tileLogits(tensors, pairs, tile)
  const fromRow = tf.mul(
    tf.exp(tf.sub(fromRows(z, tensors.rowOffset, tile), column(part(rows, tile.queries)))),
    column(part(rowGradient, tile.queries)),
  )
  if (columns === undefined || columnGradient === undefined) return fromRow
  const fromColumn = tf.mul(
    tf.exp(tf.sub(fromColumns(z, tensors.columnOffset, tile), part(columns, tile.keys))),
    part(columnGradient, tile.keys),
  )
  return tf.add(fromRow, fromColumn)
}

function fromRows(z: tf.Tensor, offset: tf.Tensor | undefined, tile: Tile): tf.Tensor {
  return offset === undefined ? z : tf.sub(z, column(part(offset, tile.queries)))
}

function fromColumns(z: tf.Tensor, offset: tf.Tensor | undefined, tile: Tile): tf.Tensor {
  return offset === undefined ? z : tf.sub(z, part(offset, tile.keys))
}

function extend(running: Running | undefined, z: tf.Tensor, axis: number): Running {
  const tileMax = tf.max(z, axis)
  const max = running === undefined ? tileMax : tf.maximum(running.max, tileMax)
  const shift = finiteOrZero(max)
  const sum = tf.sum(tf.exp(tf.sub(z, tf.expandDims(shift, axis))), axis)
  if (running === undefined) return { max, sum }
  return { max, sum: tf.add(tf.mul(running.sum, tf.exp(tf.sub(running.max, shift))), sum) }
}

function finish({ max, sum }: Running): tf.Tensor {
  const result = tf.tidy(() => tf.add(tf.log(sum), finiteOrZero(max)))
  tf.dispose([max, sum])
  return result
}

/** x with 0 in place of −∞, the maximum or log-sum-exp of no pairs. */
export function finiteOrZero(x: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(x, nothing), tf.zerosLike(x), x)
}

function part(x: tf.Tensor, [from, to]: readonly [number, number]): tf.Tensor {
  if (from === 0 && to === x.shape[0]) return x
  return tf.slice(x, from, to - from)
}

function column(x: tf.Tensor): tf.Tensor {
  return tf.expandDims(x, 1)
}

function ranges(size: number, tileSize: number): [number, number][] {
  return Array.from({ length: Math.ceil(size / tileSize) }, (_, t) => [
    t * tileSize,
    Math.min(size, (t + 1) * tileSize),
  ])
}
