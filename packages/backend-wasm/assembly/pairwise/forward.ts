// PairwiseLogSumExp: tile by tile, a running log-sum-exp for each row and, in the same pass, for each column
// (Milakov & Gimelshein 2018, "Online normalizer calculation for softmax", here in two directions).

import { keepReferences, keptTile, pairwiseKeptBytes } from './kept'
import { tileLogits } from './logits'
import { packRightRows } from './panels'
import { behind, Pairwise } from './problem'
import { EACH, SHARED, tileReferences } from './references'
import { addRunning, finishRunning, joinRunning, RUNNING, startRunning } from './running'
import { sumColumns, sumRows } from './sums'
import { COLUMNS, pairwiseParts, partStart, ROWS, TILE_BYTES, tilesDown, upTo4, upTo8 } from './tiles'

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

/** At `running` lie the running sums of the rows, those of the parts one behind the other. */
@unmanaged
class PairwiseForward extends Pairwise {
  running: usize
}

/**
 * One part of the keys: its running sums of all rows and, unless the address of columns is 0, its columns of the
 * contract.
 */
export function pairwiseForward(pairs: PairwiseForward, part: i32, scratch: usize): void {
  const n = pairs.n
  const d = pairs.d
  const columns = pairs.columns
  const firstKey = partStart(pairs.m, part)
  const endKey = partStart(pairs.m, part + 1)
  const keyPanels = scratch
  const queryPanels = keyPanels + ((<usize>COLUMNS * <usize>d) << 2)
  const tile = queryPanels + ((<usize>ROWS * <usize>d) << 2)
  const rowReferences = tile + TILE_BYTES
  const columnReferences = rowReferences + ((<usize>ROWS) << 2)
  const rowSums = columnReferences + ((<usize>COLUMNS) << 2)
  const columnSums = rowSums + ((<usize>ROWS) << 2)
  const columnsRunning = columnSums + ((<usize>COLUMNS) << 2)
  const rowsRunning = pairs.running + <usize>part * pairwiseRunningBytes(n)
  const keptBytes = pairwiseKeptBytes(n)
  let number = (firstKey / COLUMNS) * tilesDown(n)
  let kept = pairs.kept + <usize>number * keptBytes
  startRunning(rowsRunning, n)
  for (let key = firstKey; key < endKey; key += COLUMNS) {
    const wide = min(COLUMNS, endKey - key)
    packRightRows(keyPanels, pairs.keys + ((<usize>key * <usize>d) << 2), wide, d)
    startRunning(columnsRunning, wide)
    for (let query = 0; query < n; query += ROWS) {
      const high = min(ROWS, n - query)
      const keep = number < pairs.keptTiles
      const z = keep ? keptTile(kept) : tile
      tileLogits(pairs, z, query, high, queryPanels, key, wide, keyPanels)
      const r = upTo4(high)
      const c = upTo8(wide)
      const kind = tileReferences(z, r, c, columns !== 0, rowReferences, columnReferences)
      const oneSum = kind === SHARED ? columnSums : 0
      sumRows(z, r, c, rowReferences, rowSums, oneSum, keep && kind !== EACH)
      if (kind === EACH) sumColumns(z, r, c, columnReferences, columnSums)
      if (columns) addRunning(columnsRunning, wide, columnReferences, columnSums)
      if (keep) {
        keepReferences(kept, kind, rowReferences)
        kept += keptBytes
      }
      number++
      addRunning(rowsRunning + <usize>query * RUNNING, high, rowReferences, rowSums)
    }
    if (columns) {
      const at = (<usize>key) << 2
      finishRunning(columnsRunning, wide, behind(pairs.columnOffset, at), columns + at)
    }
  }
}

/** rows of the contract, from the running sums of all parts joined in their order. */
export function pairwiseRows(pairs: PairwiseForward): void {
  const n = pairs.n
  const bytes = pairwiseRunningBytes(n)
  const running = pairs.running
  for (let part = 1; part < pairwiseParts(pairs.m); part++) {
    joinRunning(running, running + <usize>part * bytes, n)
  }
  finishRunning(running, n, pairs.rowOffset, pairs.rows)
}
