// What a product multiplies, and where the result goes. Set before `multiply` (product.ts); module state because
// a kernel runs to its end before the next one starts, and because a dozen arguments in every call hide the loop.

import { pack4 } from './panels'
import { packPatches, packPatchesTransposed } from './patches'

/** The left operand is a matrix in memory, or the patches of pictures (patches.ts), or their transpose. */
export const STRIDED: i32 = 0
export const PATCHES: i32 = 1
export const PATCHES_TRANSPOSED: i32 = 2

let leftKind: i32 = 0
let left: usize = 0
let leftRow: isize = 0
let leftColumn: isize = 0

/** Element (i, k) lies at `address` + i·`row` + k·`column` bytes. */
export function setLeft(address: usize, row: isize, column: isize): void {
  leftKind = STRIDED
  left = address
  leftRow = row
  leftColumn = column
}

/** The left operand is what `setPatches` described. */
export function setLeftPatches(transposed: bool): void {
  leftKind = transposed ? PATCHES_TRANSPOSED : PATCHES
}

/** Packs rows `row`… (`rows` ≤ 4 of them), columns k = `from`…`from` + `count` − 1 of the left operand. */
export function packLeft(out: usize, row: i32, rows: i32, from: i32, count: i32): void {
  if (leftKind === STRIDED) {
    pack4(out, 16, left + row * leftRow + from * leftColumn, leftRow, leftColumn, rows, count)
  } else if (leftKind === PATCHES) {
    packPatches(out, row, rows, from, count)
  } else {
    packPatchesTransposed(out, row, rows, from, count)
  }
}

let right: usize = 0
let rightRow: isize = 0
let rightColumn: isize = 0
let rightGroup: i32 = 0
let rightGroupsAcross: i32 = 1
let rightDown: isize = 0
let rightAcross: isize = 0

/** Element (k, j) lies at `address` + k·`row` + j·`column` bytes. */
export function setRight(address: usize, row: isize, column: isize): void {
  right = address
  rightRow = row
  rightColumn = column
  rightGroup = i32.MAX_VALUE
  rightGroupsAcross = 1
  rightDown = 0
  rightAcross = 0
}

/**
 * The rows come in groups of `group` (a filter's taps), on a grid `across` groups wide: group g starts
 * ⌊g / across⌋·`downStride` + (g mod across)·`acrossStride` bytes from `address`.
 */
export function setRightTaps(
  address: usize,
  row: isize,
  column: isize,
  group: i32,
  across: i32,
  downStride: isize,
  acrossStride: isize,
): void {
  right = address
  rightRow = row
  rightColumn = column
  rightGroup = group
  rightGroupsAcross = across
  rightDown = downStride
  rightAcross = acrossStride
}

/** Packs columns `column`… (`columns` ≤ 8), rows k = `from`…`from` + `count` − 1 of the right operand. */
export function packRight(out: usize, column: i32, columns: i32, from: i32, count: i32): void {
  const end = from + count
  for (let k = from; k < end; ) {
    const group = k / rightGroup
    const within = k - group * rightGroup
    const run = min(end - k, rightGroup - within)
    const down = group / rightGroupsAcross
    const source =
      right +
      down * rightDown +
      (group - down * rightGroupsAcross) * rightAcross +
      within * rightRow +
      column * rightColumn
    pack4(out, 32, source, rightColumn, rightRow, columns, run)
    pack4(out + 16, 32, source + 4 * rightColumn, rightColumn, rightRow, columns - 4, run)
    out += (<usize>run) << 5
    k += run
  }
}

let result: usize = 0
let resultRow: isize = 0
let resultColumns: i32 = 0
let resultRows: i32 = 0
let resultDown: isize = 0
let resultPicture: isize = 0

/** Row i of the result starts at `address` + i·`row` bytes; within a row, numbers follow each other. */
export function setResult(address: usize, row: isize): void {
  setResultGrid(address, i32.MAX_VALUE, 1, row, 0, 0)
}

/** Row i is pixel (p, y, x) of pictures of `rows`×`columns` pixels, at p·`picture` + y·`down` + x·`across` bytes. */
export function setResultGrid(
  address: usize,
  columns: i32,
  rows: i32,
  across: isize,
  down: isize,
  picture: isize,
): void {
  result = address
  resultColumns = columns
  resultRows = rows
  resultRow = across
  resultDown = down
  resultPicture = picture
}

/** Where row i of the result starts. */
export function resultAddress(i: i32): usize {
  const line = i / resultColumns
  const picture = line / resultRows
  return (
    result +
    picture * resultPicture +
    (line - picture * resultRows) * resultDown +
    (i - line * resultColumns) * resultRow
  )
}
