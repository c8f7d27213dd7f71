// PairwiseLogSumExp: tile by tile, a running log-sum-exp for each row and, in the same pass, for each column
// (Milakov & Gimelshein 2018, "Online normalizer calculation for softmax", here in two directions).

import { tileLogits } from './logits'
import { packRightRows } from './panels'
import { addRunning, finishRunning, RUNNING, startRunning, sumColumns, sumRows, tileMaxima } from './sums'
import { COLUMNS, ROWS, TILE_BYTES, upTo4, upTo8 } from './tiles'

/**
 * How far below the tile's maximum that of a row or column may lie for one exponential to serve both: exp(−16)
 * is far from underflow, and z − c is rounded at most as coarsely as e^z itself.
 */
const SPREAD: f32 = 16

/** Bytes of scratch memory `pairwiseForward` needs. */
export function pairwiseForwardScratch(n: i32, d: i32): usize {
  const panels = (<usize>(COLUMNS + ROWS) * <usize>d) << 2
  const vectors = <usize>(COLUMNS + ROWS) << 3
  return panels + TILE_BYTES + vectors + <usize>(n + COLUMNS) * RUNNING
}

/** A maximum as a number that can be subtracted: 0 for that of nothing. */
@inline
function finite(maximum: f32): f32 {
  return maximum == -Infinity ? 0 : min<f32>(maximum, f32.MAX_VALUE)
}

function makeFinite(maxima: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const at = maxima + (<usize>i << 2)
    store<f32>(at, finite(load<f32>(at)))
  }
}

/** The least of the maxima, those of nothing left out. */
function leastMaximum(maxima: usize, count: i32): f32 {
  let least: f32 = Infinity
  for (let i = 0; i < count; i++) {
    const x = load<f32>(maxima + (<usize>i << 2))
    if (x != -Infinity) least = min(least, x)
  }
  return least
}

function greatestMaximum(maxima: usize, count: i32): f32 {
  let greatest: f32 = -Infinity
  for (let i = 0; i < count; i++) greatest = max(greatest, load<f32>(maxima + (<usize>i << 2)))
  return greatest
}

function fill(out: usize, count: i32, value: f32): void {
  for (let i = 0; i < count; i++) store<f32>(out + (<usize>i << 2), value)
}

/**
 * rows[n] and, unless its address is 0, columns[m] of the contract, for the pairs set by `pairwisePairs`. The
 * logits of the first `keptTiles` tiles stay at `kept` for the backward pass.
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
  let number = 0
  startRunning(rowsRunning, n)
  for (let key = 0; key < m; key += COLUMNS) {
    const wide = min(COLUMNS, m - key)
    packRightRows(keyPanels, keys + (<usize>key * <usize>d << 2), wide, d)
    startRunning(columnsRunning, wide)
    for (let query = 0; query < n; query += ROWS) {
      const high = min(ROWS, n - query)
      const z: usize = number < keptTiles ? kept + <usize>number * TILE_BYTES : tile
      number++
      tileLogits(z, queries, keyPanels, d, query, high, key, wide, queryPanels)
      const r = upTo4(high)
      const c = upTo8(wide)
      tileMaxima(z, r, c, rowReferences, columnReferences)
      const greatest = greatestMaximum(rowReferences, r)
      const least = min(leastMaximum(rowReferences, r), leastMaximum(columnReferences, c))
      if (columns != 0 && least >= greatest - SPREAD) {
        const reference = finite(greatest)
        fill(rowReferences, r, reference)
        fill(columnReferences, c, reference)
        sumRows(z, r, c, rowReferences, rowSums, columnSums)
        addRunning(columnsRunning, wide, columnReferences, columnSums)
      } else {
        makeFinite(rowReferences, r)
        sumRows(z, r, c, rowReferences, rowSums, 0)
        if (columns != 0) {
          makeFinite(columnReferences, c)
          sumColumns(z, r, c, columnReferences, columnSums)
          addRunning(columnsRunning, wide, columnReferences, columnSums)
        }
      }
      addRunning(rowsRunning + <usize>query * RUNNING, high, rowReferences, rowSums)
    }
    if (columns != 0) {
      const offset = columnOffset == 0 ? 0 : columnOffset + (<usize>key << 2)
      finishRunning(columnsRunning, wide, offset, columns + (<usize>key << 2))
    }
  }
  finishRunning(rowsRunning, n, rowOffset, rows)
}
