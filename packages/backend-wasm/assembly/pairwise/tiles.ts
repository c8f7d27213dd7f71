// How the n×m pairs are cut: tiles of ROWS queries by COLUMNS keys, whose logits stay in the second cache.

/** Queries in a tile. */
export const ROWS: i32 = 128
/** Keys in a tile. */
export const COLUMNS: i32 = 256
/** Bytes from one row of a tile to the next. */
export const ROW_BYTES: usize = (<usize>COLUMNS) << 2
/** Bytes of a tile. */
export const TILE_BYTES: usize = <usize>ROWS * ROW_BYTES

// @inline
export function upTo4(n: i32): i32 {
  return (n + 3) & ~3
}

// @inline
export function upTo8(n: i32): i32 {
  return (n + 7) & ~7
}

/** Tiles of n queries by m keys; they are numbered key block by key block. */
export function pairwiseTiles(n: i32, m: i32): i32 {
  return tilesDown(n) * ((m + COLUMNS - 1) / COLUMNS)
}

/** Tiles of one key block. */
// @inline
export function tilesDown(n: i32): i32 {
  return (n + ROWS - 1) / ROWS
}

/** The most parts that keys are cut into. */
const PARTS: i32 = 8

/**
 * Parts of the keys that are summed by themselves before they are added, by this thread or by others: their number
 * depends on the keys only, so that the numbers do not depend on the threads.
 */
export function pairwiseParts(m: i32): i32 {
  return min(PARTS, max(1, (m + COLUMNS - 1) / COLUMNS / 2))
}

/** The first key of a part, whole tiles apart; m behind the last. */
export function partStart(m: i32, part: i32): i32 {
  const tiles = (m + COLUMNS - 1) / COLUMNS
  return min(m, ((tiles * part) / pairwiseParts(m)) * COLUMNS)
}
