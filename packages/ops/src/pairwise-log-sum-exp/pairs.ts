import { checkIndices, checkShape, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type PairwiseTensors, part } from './tiles.ts'

/** Whole numbers by position, on the host (checked at once) or as an int32 tensor (not read). */
export type Indices = readonly number[] | Int32Array | tf.Tensor1D

/** Query i and key j belong together when `queryGroups[i]` equals `keyGroups[j]`. */
export interface PairGroups {
  /** [n] */
  readonly queryGroups: Indices
  /** [m] */
  readonly keyGroups: Indices
}

/** Which keys take part for a query: all but its own index, those of its group, or those marked in [n, m]. */
export type PairMask = { readonly excludeSelf: boolean | undefined } | PairGroups | tf.Tensor2D

/** The pairs that take part, as tensors of the kernels' contract. */
export interface Pairs {
  /** int32 [n, e] */
  readonly exclude?: tf.Tensor
  /** The columns of `exclude`, where all of them are on the host: most tiles hold none of these pairs. */
  readonly excludeOnHost?: readonly ArrayLike<number>[]
  /** int32 [n] */
  readonly queryGroups?: tf.Tensor
  /** int32 [m] */
  readonly keyGroups?: tf.Tensor
  /** bool [n, m] */
  readonly mask?: tf.Tensor
  /** bool, broadcastable to the tile: which of its pairs take part; undefined when all do. */
  readonly takePart: (pairs: Pairs, tile: Tile, tensors: PairwiseTensors) => tf.Tensor | undefined
}

/** A tile of the n×m pairs: queries from…to (exclusive) by keys from…to. */
export interface Tile {
  readonly queries: readonly [from: number, to: number]
  readonly keys: readonly [from: number, to: number]
}

/** A tensor [size] of int32, from the host or as it is. */
export function int32Tensor(where: string, argument: string, indices: Indices, size: number): tf.Tensor1D {
  checkIndices(where, { [argument]: indices }, size)
  return indices instanceof tf.Tensor ? indices : tf.tensor1d(Int32Array.from(indices), 'int32')
}

/** Checks a mask and a list of excluded keys (−1: none) and puts them into the contract's form. */
export function pairsOf(
  where: string,
  [n, m]: readonly [number, number],
  mask: PairMask | undefined,
  exclude: readonly Indices[],
): Pairs {
  const excluded = [...exclude]
  for (const keys of exclude) {
    if (keys instanceof tf.Tensor) continue
    const wrong = keys.findIndex(key => key < -1 || key >= m)
    if (wrong >= 0) throw rangeError(where, `exclude[…][${wrong}]`, `−1…${m - 1}`, String(keys[wrong]))
  }
  const selected: { -readonly [name in keyof Pairs]: Pairs[name] } = { takePart: takingPart }
  if (mask instanceof tf.Tensor) {
    checkShape(where, { mask }, [n, m], { dtype: 'bool' })
    selected.mask = mask
  } else if (mask !== undefined && 'excludeSelf' in mask) {
    if (mask.excludeSelf) excluded.push(Int32Array.from({ length: n }, (_, i) => (i < m ? i : -1)))
  } else if (mask !== undefined) {
    selected.queryGroups = int32Tensor(where, 'mask.queryGroups', mask.queryGroups, n)
    selected.keyGroups = int32Tensor(where, 'mask.keyGroups', mask.keyGroups, m)
  }
  if (excluded.length > 0) {
    const columns = excluded.map((keys, e) => int32Tensor(where, `exclude[${e}]`, keys, n))
    selected.exclude = tf.stack(columns, 1)
    const onHost = excluded.filter(keys => !(keys instanceof tf.Tensor))
    if (onHost.length === excluded.length) selected.excludeOnHost = onHost as ArrayLike<number>[]
  }
  return selected
}

/** By whatever the pairs were told by. */
function takingPart(pairs: Pairs, tile: Tile, { keyBias }: PairwiseTensors): tf.Tensor | undefined {
  const [i0, i1] = tile.queries
  const [j0, j1] = tile.keys
  const conditions: tf.Tensor[] = []
  if (pairs.mask !== undefined) conditions.push(tf.slice(pairs.mask, [i0, j0], [i1 - i0, j1 - j0]))
  if (pairs.queryGroups !== undefined && pairs.keyGroups !== undefined) {
    const queryGroups = tf.reshape(tf.slice(pairs.queryGroups, [i0], [i1 - i0]), [-1, 1])
    const keyGroups = tf.reshape(tf.slice(pairs.keyGroups, [j0], [j1 - j0]), [1, -1])
    conditions.push(tf.equal(queryGroups, keyGroups))
  }
  if (pairs.excludeOnHost !== undefined) {
    const others = othersOnHost(pairs, tile)
    if (others !== undefined) conditions.push(others)
  } else if (pairs.exclude !== undefined) {
    const keys = tf.range(j0, j1, 1, 'int32')
    for (let e = 0; e < (pairs.exclude.shape[1] ?? 0); e++)
      conditions.push(tf.notEqual(tf.slice(pairs.exclude, [i0, e], [i1 - i0, 1]), tf.reshape(keys, [1, -1])))
  }
  // A key of weight 0.
  if (keyBias !== undefined)
    conditions.push(tf.notEqual(tf.reshape(part(keyBias, tile.keys), [1, -1]), Number.NEGATIVE_INFINITY))
  if (conditions.length === 0) return undefined
  return conditions.reduce((all, condition) => tf.logicalAnd(all, condition))
}

/** The pairs of a tile that aren't excluded, by lists on the host alone; undefined where none of them is. */
export function othersOnHost({ excludeOnHost = [] }: Pairs, tile: Tile): tf.Tensor | undefined {
  const [i0, i1] = tile.queries
  const [j0, j1] = tile.keys
  let others: Uint8Array | undefined
  for (const keys of excludeOnHost)
    for (let i = i0; i < i1; i++)
      if (keys[i] >= j0 && keys[i] < j1) {
        others ??= new Uint8Array((i1 - i0) * (j1 - j0)).fill(1)
        others[(i - i0) * (j1 - j0) + keys[i] - j0] = 0
      }
  return others && tf.tensor2d(others, [i1 - i0, j1 - j0], 'bool')
}
