// PairwiseLogSumExpGrad: each tile's logits are computed again (or were kept), turned into g, and multiplied from
// both sides (as in Dao et al. 2022, "FlashAttention", here with rows and columns).

import { fillFloats } from '../memory'
import { addRow } from '../rows'
import { gradientTile, gradientTileOfEach } from './gradient-tile'
import { keptKind, keptReferences, keptTile, pairwiseKeptBytes } from './kept'
import { tileLogits } from './logits'
import { pairwisePairs } from './pairs'
import { multiplyPanels, packRightRows, packValues } from './panels'
import { EACH, SHARED, tileReferences } from './references'
import { referredWeights, shiftsAndWeights } from './softmax-weights'
import { COLUMNS, ROWS, TILE_BYTES, tilesDown, upTo4, upTo8 } from './tiles'

/** Bytes of scratch memory `pairwiseBackward` needs. */
export function pairwiseBackwardScratch(n: i32, d: i32): usize {
  const panels = <usize>(COLUMNS + ROWS) * <usize>(d + upTo8(d))
  const vectors = 2 * <usize>upTo4(n) + 2 * <usize>ROWS + 7 * <usize>COLUMNS
  return ((panels + vectors) << 2) + 3 * TILE_BYTES + 128
}

/** Shifts and weights of `count` places from `first` on; weights of 0 up to a whole panel. */
function prepare(
  logSumExp: usize,
  offset: usize,
  gradient: usize,
  first: i32,
  count: i32,
  shifts: usize,
  weights: usize,
): void {
  const at = (<usize>first) << 2
  shiftsAndWeights(logSumExp + at, offset === 0 ? 0 : offset + at, gradient + at, count, shifts, weights)
  for (let i = count; i < upTo4(count); i++) {
    store<f32>(shifts + ((<usize>i) << 2), 0)
    store<f32>(weights + ((<usize>i) << 2), 0)
  }
}

/**
 * One part of the keys, `firstKey`…`endKey` − 1: its dKeys and dKeyBias of the contract, and its share of all rows of
 * dQueries. `columns` is 0 where the forward pass had none; at `kept` are the first `keptTiles` tiles of the forward
 * pass. The last arguments before `scratch` say which pairs take part (pairs.ts).
 */
export function pairwiseBackward(
  queries: usize,
  keys: usize,
  n: i32,
  m: i32,
  d: i32,
  firstKey: i32,
  endKey: i32,
  rowOffset: usize,
  columnOffset: usize,
  rows: usize,
  rowGradient: usize,
  columns: usize,
  columnGradient: usize,
  kept: usize,
  keptTiles: i32,
  dQueries: usize,
  dKeys: usize,
  dKeyBias: usize,
  keyBias: usize,
  exclude: usize,
  excludeColumns: i32,
  queryGroups: usize,
  keyGroups: usize,
  mask: usize,
  scratch: usize,
): void {
  pairwisePairs(m, keyBias, exclude, excludeColumns, queryGroups, keyGroups, mask)
  const whole = upTo8(d)
  const keyPanels = scratch
  const queryPanels = keyPanels + ((<usize>(COLUMNS * d)) << 2)
  const keyValues = queryPanels + ((<usize>(ROWS * d)) << 2)
  const queryValues = keyValues + ((<usize>(COLUMNS * whole)) << 2)
  const tile = queryValues + ((<usize>(ROWS * whole)) << 2)
  const byQueries = tile + TILE_BYTES
  const byKeys = byQueries + TILE_BYTES
  const spare = byKeys + TILE_BYTES
  const rowFactors = spare + 128
  const columnFactors = rowFactors + ((<usize>ROWS) << 2)
  const columnShifts = columnFactors + ((<usize>COLUMNS) << 2)
  const columnWeights = columnShifts + ((<usize>COLUMNS) << 2)
  const sums = columnWeights + ((<usize>COLUMNS) << 2)
  const totals = sums + ((<usize>COLUMNS) << 2)
  const columnReferences = totals + ((<usize>COLUMNS) << 3)
  const rowReferences = columnReferences + ((<usize>COLUMNS) << 2)
  const rowShifts = rowReferences + ((<usize>ROWS) << 2)
  const rowWeights = rowShifts + ((<usize>upTo4(n)) << 2)
  const rowBytes = (<usize>d) << 2
  fillFloats(columnFactors, COLUMNS, 0)
  const keptBytes = pairwiseKeptBytes(n)
  let number = (firstKey / COLUMNS) * tilesDown(n)
  kept += <usize>number * keptBytes
  prepare(rows, rowOffset, rowGradient, 0, n, rowShifts, rowWeights)
  for (let key = firstKey; key < endKey; key += COLUMNS) {
    const wide = min(COLUMNS, endKey - key)
    const c = upTo8(wide)
    const keyBlock = keys + <usize>key * rowBytes
    if (number + tilesDown(n) > keptTiles) packRightRows(keyPanels, keyBlock, wide, d)
    packValues(keyValues, keyBlock, wide, c, d)
    if (columns !== 0) {
      prepare(columns, columnOffset, columnGradient, key, wide, columnShifts, columnWeights)
      for (let j = upTo4(wide); j < c; j++) {
        store<f32>(columnShifts + ((<usize>j) << 2), 0)
        store<f32>(columnWeights + ((<usize>j) << 2), 0)
      }
    }
    for (let j = 0; j < wide; j++) store<f64>(totals + ((<usize>j) << 3), 0)
    for (let query = 0; query < n; query += ROWS) {
      const high = min(ROWS, n - query)
      const r = upTo4(high)
      const isKept = number < keptTiles
      const z = isKept ? keptTile(kept) : tile
      let references = rowReferences
      let kind: i32
      if (isKept) {
        references = keptReferences(kept)
        kind = keptKind(kept)
        kept += keptBytes
        if (kind === SHARED) fillFloats(columnReferences, c, load<f32>(references))
      } else {
        tileLogits(z, queries, keyPanels, d, query, high, key, wide, queryPanels)
        kind = tileReferences(z, r, c, columns !== 0, rowReferences, columnReferences)
      }
      number++
      const shifts = rowShifts + ((<usize>query) << 2)
      const weights = rowWeights + ((<usize>query) << 2)
      fillFloats(sums, c, 0)
      if (kind === EACH) {
        gradientTileOfEach(z, r, c, weights, shifts, columnWeights, columnShifts, byQueries, byKeys, sums)
      } else {
        referredWeights(references, shifts, weights, r, rowFactors)
        if (kind === SHARED) referredWeights(columnReferences, columnShifts, columnWeights, c, columnFactors)
        gradientTile(z, r, c, isKept, references, rowFactors, columnFactors, byQueries, byKeys, sums)
      }
      for (let j = 0; j < wide; j++) {
        const at = totals + ((<usize>j) << 3)
        store<f64>(at, load<f64>(at) + <f64>load<f32>(sums + ((<usize>j) << 2)))
      }
      const queryBlock = queries + <usize>query * rowBytes
      packValues(queryValues, queryBlock, high, r, d)
      const dQ = dQueries + <usize>query * rowBytes
      multiplyPanels(byQueries, keyValues, c, dQ, rowBytes, high, d, key > firstKey, spare)
      const dK = dKeys + <usize>key * rowBytes
      multiplyPanels(byKeys, queryValues, r, dK, rowBytes, wide, d, query > 0, spare)
    }
    for (let j = 0; j < wide; j++) {
      store<f32>(dKeyBias + ((<usize>(key + j)) << 2), <f32>load<f64>(totals + ((<usize>j) << 3)))
    }
  }
}

/** Adds a part's share of dQueries, `count` numbers. */
export function pairwiseAdd(sum: usize, share: usize, count: i32): void {
  addRow(share, sum, count)
}
