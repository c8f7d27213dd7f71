// PairwiseLogSumExpGrad: each tile's logits are computed again (or were kept), turned into g, and multiplied from
// both sides (as in Dao et al. 2022, "FlashAttention", here with rows and columns).

import { fillFloats, MaybeAddress } from '../memory'
import { addRow } from '../rows'
import { gradientTile, gradientTileOfEach } from './gradient-tile'
import { keptKind, keptReferences, keptTile, pairwiseKeptBytes } from './kept'
import { tileLogits } from './logits'
import { multiplyPanels, packRightRows, packValues } from './panels'
import { behind, Pairwise } from './problem'
import { EACH, SHARED, tileReferences } from './references'
import { referredWeights, shiftsAndWeights } from './softmax-weights'
import { COLUMNS, partStart, ROWS, TILE_BYTES, tilesDown, upTo4, upTo8 } from './tiles'

/** Bytes of scratch memory `pairwiseBackward` needs. */
export function pairwiseBackwardScratch(n: i32, d: i32): usize {
  const panels = <usize>(COLUMNS + ROWS) * <usize>(d + upTo8(d))
  const vectors = 2 * <usize>upTo4(n) + 2 * <usize>ROWS + 7 * <usize>COLUMNS
  return ((panels + vectors) << 2) + 3 * TILE_BYTES + 128
}

/** Shifts and weights of `count` places from `first` on; 0 up to `padded` of them. */
function prepare(
  logSumExp: usize,
  offset: MaybeAddress,
  gradient: usize,
  first: i32,
  count: i32,
  padded: i32,
  shifts: usize,
  weights: usize,
): void {
  const at = (<usize>first) << 2
  shiftsAndWeights(logSumExp + at, behind(offset, at), gradient + at, count, shifts, weights)
  for (let i = count; i < padded; i++) {
    store<f32>(shifts + ((<usize>i) << 2), 0)
    store<f32>(weights + ((<usize>i) << 2), 0)
  }
}

/** What the forward pass gave comes back as `rows` and `columns`. */
@unmanaged
class PairwiseBackward extends Pairwise {
  rowGradient: usize
  columnGradient: MaybeAddress
  dKeys: usize
  dKeyBias: usize
}

/** One part of the keys: its dKeys and dKeyBias of the contract, and its share of all rows of dQueries. */
export function pairwiseBackward(pairs: PairwiseBackward, part: i32, dQueries: usize, scratch: usize): void {
  const n = pairs.n
  const d = pairs.d
  const columns = pairs.columns
  const keptTiles = pairs.keptTiles
  const firstKey = partStart(pairs.m, part)
  const endKey = partStart(pairs.m, part + 1)
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
  let kept = pairs.kept + <usize>number * keptBytes
  prepare(pairs.rows, pairs.rowOffset, pairs.rowGradient, 0, n, upTo4(n), rowShifts, rowWeights)
  for (let key = firstKey; key < endKey; key += COLUMNS) {
    const wide = min(COLUMNS, endKey - key)
    const c = upTo8(wide)
    const keyBlock = pairs.keys + <usize>key * rowBytes
    if (number + tilesDown(n) > keptTiles) packRightRows(keyPanels, keyBlock, wide, d)
    packValues(keyValues, keyBlock, wide, c, d)
    if (columns) {
      const offsets = pairs.columnOffset
      prepare(columns, offsets, pairs.columnGradient, key, wide, c, columnShifts, columnWeights)
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
        tileLogits(pairs, z, query, high, queryPanels, key, wide, keyPanels)
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
      const queryBlock = pairs.queries + <usize>query * rowBytes
      packValues(queryValues, queryBlock, high, r, d)
      const dQ = dQueries + <usize>query * rowBytes
      multiplyPanels(byQueries, keyValues, c, dQ, rowBytes, high, d, key > firstKey, spare)
      const dK = pairs.dKeys + <usize>key * rowBytes
      multiplyPanels(byKeys, queryValues, r, dK, rowBytes, wide, d, query > 0, spare)
    }
    for (let j = 0; j < wide; j++) {
      store<f32>(pairs.dKeyBias + ((<usize>(key + j)) << 2), <f32>load<f64>(totals + ((<usize>j) << 3)))
    }
  }
}

/** Adds a part's share of dQueries, `count` numbers. */
export function pairwiseAdd(sum: usize, share: usize, count: i32): void {
  addRow(share, sum, count)
}
