// PairwiseLogSumExp: tile by tile, a running log-sum-exp for each row and, in the same pass, for each column
// (Milakov & Gimelshein 2018, "Online normalizer calculation for softmax", here in two directions).

import { keepReferences, keptTile, pairwiseKeptBytes } from './kept'
import { tileLogits } from './logits'
import { packRightRows } from './panels'
import { EACH, SHARED, tileReferences } from './references'
import { addRunning, finishRunning, RUNNING, startRunning } from './running'
import { sumColumns, sumRows } from './sums'
import { COLUMNS, ROWS, TILE_BYTES, upTo4, upTo8 } from './tiles'

/** Bytes of scratch memory `pairwiseForward` needs. */
export function pairwiseForwardScratch(n: i32, d: i32): usize {
  const panels = (<usize>(COLUMNS + ROWS) * <usize>d) << 2
  const vectors = <usize>(COLUMNS + ROWS) << 3
  return panels + TILE_BYTES + vectors + <usize>(n + COLUMNS) * RUNNING
}

/**
 * rows[n] and, unless its address is 0, columns[m] of the contract, for the pairs set by `pairwisePairs`. The
 * first `keptTiles` tiles stay at `kept` for the backward pass.
 */
export function pairwiseForward(
  queries: usize,
  keys: usize,
  n: i32,
  m: i32,
  d: i32,
  rowOffset: usize,
  columnOffset: usize,
  rows: usize,
  columns: usize,
  kept: usize,
  keptTiles: i32,
  scratch: usize,
): void {
  const keyPanels = scratch
  const queryPanels = keyPanels + ((<usize>COLUMNS * <usize>d) << 2)
  const tile = queryPanels + ((<usize>ROWS * <usize>d) << 2)
  const rowReferences = tile + TILE_BYTES
  const columnReferences = rowReferences + (<usize>ROWS << 2)
  const rowSums = columnReferences + (<usize>COLUMNS << 2)
  const columnSums = rowSums + (<usize>ROWS << 2)
  const columnsRunning = columnSums + (<usize>COLUMNS << 2)
  const rowsRunning = columnsRunning + <usize>COLUMNS * RUNNING
  const keptBytes = pairwiseKeptBytes(n)
  let number = 0
  startRunning(rowsRunning, n)
  for (let key = 0; key < m; key += COLUMNS) {
    const wide = min(COLUMNS, m - key)
    packRightRows(keyPanels, keys + (<usize>key * <usize>d << 2), wide, d)
    startRunning(columnsRunning, wide)
    for (let query = 0; query < n; query += ROWS) {
      const high = min(ROWS, n - query)
      const keep = number < keptTiles
      const z = keep ? keptTile(kept) : tile
      tileLogits(z, queries, keyPanels, d, query, high, key, wide, queryPanels)
      const r = upTo4(high)
      const c = upTo8(wide)
      const kind = tileReferences(z, r, c, columns != 0, rowReferences, columnReferences)
      const oneSum = kind == SHARED ? columnSums : 0
      sumRows(z, r, c, rowReferences, rowSums, oneSum, keep && kind != EACH)
      if (kind == EACH) sumColumns(z, r, c, columnReferences, columnSums)
      if (columns != 0) addRunning(columnsRunning, wide, columnReferences, columnSums)
      if (keep) {
        keepReferences(kept, kind, rowReferences)
        kept += keptBytes
      }
      number++
      addRunning(rowsRunning + <usize>query * RUNNING, high, rowReferences, rowSums)
    }
    if (columns != 0) {
      const offset = columnOffset == 0 ? 0 : columnOffset + (<usize>key << 2)
      finishRunning(columnsRunning, wide, offset, columns + (<usize>key << 2))
    }
  }
  finishRunning(rowsRunning, n, rowOffset, rows)
}
