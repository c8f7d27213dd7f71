// C = A·B in blocks that stay in the caches (Goto & van de Geijn 2008, "Anatomy of high-performance matrix
// multiplication"). The sum over k is cut at multiples of DEPTH and added up in order, whatever the rows asked
// for: any division of the rows among threads gives the same bits.

import { fillFloats } from '../memory'
import { WIDE } from '../wide'
import { finishRow, LINEAR } from './finish'
import { packLeft, packRight, resultAddress } from './operands'
import { doubleTile, tile } from './tile'

/** Numbers summed before a tile goes back to memory: a panel of A and one of B fit the first cache. */
export const DEPTH: i32 = 256
/** Rows of A packed at a time (64 KiB): the second cache. */
const ROWS: i32 = 64
/** Columns of B packed at a time. */
const COLUMNS: i32 = 512
/** Numbers of B packed at a time (1 MiB). */
const PACKED: i32 = 262144

// @inline
function upTo8(n: i32): i32 {
  return (n + 7) & ~7
}

/** Rows of B packed at a time: all of them, or as many multiples of DEPTH as PACKED allows. */
function packedDepth(columns: i32, k: i32): i32 {
  return min(k, (PACKED / upTo8(columns) / DEPTH) * DEPTH)
}

/** Bytes of scratch memory `multiply` needs. */
export function multiplyScratch(n: i32, k: i32): usize {
  const columns = min(n, COLUMNS)
  const right = <usize>upTo8(columns) * <usize>packedDepth(columns, k)
  return 128 + ((<usize>ROWS) << 2) + ((<usize>(ROWS * min(k, DEPTH))) << 2) + (right << 2)
}

/** Copies the first `rows` rows and `columns` columns of the spare tile to or from the result. */
function copyTile(spare: usize, table: usize, offset: usize, rows: i32, columns: i32, toResult: bool): void {
  const bytes = (<usize>columns) << 2
  for (let r = 0; r < rows; r++) {
    const row = <usize>load<u32>(table + ((<usize>r) << 2)) + offset
    const at = spare + ((<usize>r) << 5)
    if (toResult) memory.copy(row, at, bytes)
    else memory.copy(at, row, bytes)
  }
}

/**
 * Rows `firstRow`…`endRow` − 1 of the result, n columns, sums over k, of the operands set in operands.ts; then
 * bias and activation (finish.ts). `scratch` is aligned to 16 bytes.
 */
export function multiply(
  firstRow: i32,
  endRow: i32,
  n: i32,
  k: i32,
  bias: usize,
  activation: i32,
  scratch: usize,
): void {
  const spare = scratch
  const table = scratch + 128
  const leftPanels = table + ((<usize>ROWS) << 2)
  const rightPanels = leftPanels + ((<usize>(ROWS * min(k, DEPTH))) << 2)
  if (k === 0) {
    for (let row = firstRow; row < endRow; row++) {
      const at = resultAddress(row)
      fillFloats(at, n, 0)
      finishRow(at, bias, n, activation)
    }
    return
  }
  for (let column = 0; column < n; column += COLUMNS) {
    const columns = min(COLUMNS, n - column)
    const packed = packedDepth(columns, k)
    for (let top = 0; top < k; top += packed) {
      const deep = min(packed, k - top)
      for (let j = 0; j < columns; j += 8) {
        packRight(rightPanels + ((<usize>(j * deep)) << 2), column + j, min(8, columns - j), top, deep)
      }
      for (let row = firstRow; row < endRow; row += ROWS) {
        const rows = min(ROWS, endRow - row)
        for (let r = 0; r < rows; r++) {
          store<u32>(table + ((<usize>r) << 2), <u32>(resultAddress(row + r) + ((<usize>column) << 2)))
        }
        for (let at = 0; at < deep; at += DEPTH) {
          const depth = min(DEPTH, deep - at)
          for (let r = 0; r < rows; r += 4) {
            packLeft(leftPanels + ((<usize>(r * depth)) << 2), row + r, min(4, rows - r), top + at, depth)
          }
          multiplyBlock(leftPanels, rightPanels, table, spare, rows, columns, depth, deep, at, top + at > 0)
        }
        if (top + deep === k && (bias !== 0 || activation !== LINEAR)) {
          const shifted = bias === 0 ? 0 : bias + ((<usize>column) << 2)
          for (let r = 0; r < rows; r++) {
            finishRow(load<u32>(table + ((<usize>r) << 2)), shifted, columns, activation)
          }
        }
      }
    }
  }
}

/** A packed block of A times a packed block of B. */
function multiplyBlock(
  leftPanels: usize,
  rightPanels: usize,
  table: usize,
  spare: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  deep: i32,
  at: i32,
  accumulate: bool,
): void {
  const whole = rows & ~3
  const start = rightPanels + ((<usize>at) << 5)
  let j = 0
  if (WIDE) {
    for (; j + 16 <= columns; j += 16) {
      const right = start + ((<usize>(j * deep)) << 2)
      const next = right + ((<usize>deep) << 5)
      const offset = (<usize>j) << 2
      for (let r = 0; r < whole; r += 4) {
        const lines = table + ((<usize>r) << 2)
        doubleTile(
          depth,
          leftPanels + ((<usize>(r * depth)) << 2),
          right,
          next,
          <usize>load<u32>(lines) + offset,
          <usize>load<u32>(lines, 4) + offset,
          <usize>load<u32>(lines, 8) + offset,
          <usize>load<u32>(lines, 12) + offset,
          accumulate,
        )
      }
      if (whole < rows) {
        const left = leftPanels + ((<usize>(whole * depth)) << 2)
        const lines = table + ((<usize>whole) << 2)
        edgeTile(depth, left, right, lines, offset, spare, rows - whole, 8, accumulate)
        edgeTile(depth, left, next, lines, offset + 32, spare, rows - whole, 8, accumulate)
      }
    }
  }
  for (; j < columns; j += 8) {
    const right = start + ((<usize>(j * deep)) << 2)
    const across = min(8, columns - j)
    const offset = (<usize>j) << 2
    for (let r = 0; r < rows; r += 4) {
      const left = leftPanels + ((<usize>(r * depth)) << 2)
      const down = min(4, rows - r)
      const lines = table + ((<usize>r) << 2)
      if (across === 8 && down === 4) {
        tile(
          depth,
          left,
          right,
          <usize>load<u32>(lines) + offset,
          <usize>load<u32>(lines, 4) + offset,
          <usize>load<u32>(lines, 8) + offset,
          <usize>load<u32>(lines, 12) + offset,
          accumulate,
        )
      } else {
        edgeTile(depth, left, right, lines, offset, spare, down, across, accumulate)
      }
    }
  }
}

/** A tile of which only `down` rows and `across` columns belong to the result. */
function edgeTile(
  depth: i32,
  left: usize,
  right: usize,
  lines: usize,
  offset: usize,
  spare: usize,
  down: i32,
  across: i32,
  accumulate: bool,
): void {
  if (accumulate) copyTile(spare, lines, offset, down, across, false)
  tile(depth, left, right, spare, spare + 32, spare + 64, spare + 96, accumulate)
  copyTile(spare, lines, offset, down, across, true)
}
