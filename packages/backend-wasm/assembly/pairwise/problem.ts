import { MaybeAddress } from '../memory'

/**
 * The n×m pairs of queries and keys of d numbers: the inputs of the contract in @chiaro/ops, by its names, and tiles of
 * logits, the first `keptTiles` of all, that the forward pass leaves for the backward pass at `kept`.
 */
@unmanaged
export class Pairwise {
  n: i32
  m: i32
  d: i32
  queries: usize
  keys: usize
  keyBias: MaybeAddress
  rowOffset: MaybeAddress
  columnOffset: MaybeAddress
  exclude: MaybeAddress
  /** Keys that `exclude` lists for each query; 0 without it. */
  excludeColumns: i32
  queryGroups: MaybeAddress
  keyGroups: MaybeAddress
  mask: MaybeAddress
  rows: usize
  columns: MaybeAddress
  kept: MaybeAddress
  keptTiles: i32
}

/** The address so many bytes behind a list's first, or that of no list. */
// @inline
export function behind(list: MaybeAddress, bytes: usize): MaybeAddress {
  return list ? list + bytes : 0
}
