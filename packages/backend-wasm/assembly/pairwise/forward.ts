// PairwiseLogSumExp: tile by tile, a running log-sum-exp for each row and, in the same pass, for each column
// (Milakov & Gimelshein 2018, "Online normalizer calculation for softmax", here in two directions).

import { keepReferences, keptTile, pairwiseKeptBytes } from './kept'
import { tileLogits } from './logits'
import { pairwisePairs } from './pairs'
import { packRightRows } from './panels'
import { EACH, SHARED, tileReferences } from './references'
import { addRunning, finishRunning, joinRunning, RUNNING, startRunning } from './running'
import { sumColumns, sumRows } from './sums'
import { COLUMNS, pairwiseParts, ROWS, TILE_BYTES, tilesDown, upTo4, upTo8 } from './tiles'

/** Bytes of scratch memory `pairwiseForward` needs. */
export function pairwiseForwardScratch(d: i32): usize {
  const panels = (<usize>(COLUMNS + ROWS) * <usize>d) << 2
  const vectors = (<usize>(COLUMNS + ROWS)) << 3
  return panels + TILE_BYTES + vectors + <usize>COLUMNS * RUNNING
}

/** Bytes of the running sums of one part's rows. */
export function pairwiseRunningBytes(n: i32): usize {
  return <usize>n * RUNNING
}

/**
 * One part of the keys, `firstKey`…`endKey` − 1: its running sums of all rows at `rowsRunning` and, unless the address
 * of columns is 0, its columns of the contract. Of all tiles, the first `keptTiles` stay at `kept` for the backward
 * pass. The last arguments before `scratch` say which pairs take part (pairs.ts).
 */
export function pairwiseForward(
  queries: usize,
  keys: usize,
  n: i32,
  m: i32,
  d: i32,
  firstKey: i32,
  endKey: i32,
  columnOffset: usize,
  rowsRunning: usize,
  columns: usize,
  kept: usize,
  keptTiles: i32,
  keyBias: usize,
  exclude: usize,
  excludeColumns: i32,
  queryGroups: usize,
  keyGroups: usize,
  mask: usize,
  scratch: usize,
): void {
  pairwisePairs(m, keyBias, exclude, excludeColumns, queryGroups, keyGroups, mask)
  const keyPanels = scratch
  const queryPanels = keyPanels + ((<usize>COLUMNS * <usize>d) << 2)
  const tile = queryPanels + ((<usize>ROWS * <usize>d) << 2)
  const rowReferences = tile + TILE_BYTES
  const columnReferences = rowReferences + ((<usize>ROWS) << 2)
  const rowSums = columnReferences + ((<usize>COLUMNS) << 2)
  const columnSums = rowSums + ((<usize>ROWS) << 2)
  const columnsRunning = columnSums + ((<usize>COLUMNS) << 2)
  const keptBytes = pairwiseKeptBytes(n)
  let number = (firstKey / COLUMNS) * tilesDown(n)
  kept += <usize>number * keptBytes
  startRunning(rowsRunning, n)
  for (let key = firstKey; key < endKey; key += COLUMNS) {
    const wide = min(COLUMNS, endKey - key)
    packRightRows(keyPanels, keys + ((<usize>key * <usize>d) << 2), wide, d)
    startRunning(columnsRunning, wide)
    for (let query = 0; query < n; query += ROWS) {
      const high = min(ROWS, n - query)
      const keep = number < keptTiles
      const z = keep ? keptTile(kept) : tile
      tileLogits(z, queries, keyPanels, d, query, high, key, wide, queryPanels)
      const r = upTo4(high)
      const c = upTo8(wide)
      const kind = tileReferences(z, r, c, columns !== 0, rowReferences, columnReferences)
      const oneSum = kind === SHARED ? columnSums : 0
      sumRows(z, r, c, rowReferences, rowSums, oneSum, keep && kind !== EACH)
      if (kind === EACH) sumColumns(z, r, c, columnReferences, columnSums)
      if (columns !== 0) addRunning(columnsRunning, wide, columnReferences, columnSums)
      if (keep) {
        keepReferences(kept, kind, rowReferences)
        kept += keptBytes
      }
      number++
      addRunning(rowsRunning + <usize>query * RUNNING, high, rowReferences, rowSums)
    }
    if (columns !== 0) {
      const offset = columnOffset === 0 ? 0 : columnOffset + ((<usize>key) << 2)
      finishRunning(columnsRunning, wide, offset, columns + ((<usize>key) << 2))
    }
  }
}

/** rows[n] of the contract from the running sums of all parts, one behind the other and joined in their order. */
export function pairwiseRows(n: i32, m: i32, running: usize, rowOffset: usize, rows: usize): void {
  const bytes = pairwiseRunningBytes(n)
  for (let part = 1; part < pairwiseParts(m); part++) joinRunning(running, running + <usize>part * bytes, n)
  finishRunning(running, n, rowOffset, rows)
}
