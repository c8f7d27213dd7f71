// Products of packed panels (gemm/panels.ts), added to a matrix in memory.

import { pack4 } from '../gemm/panels'
import { doubleTile, tile } from '../gemm/tile'
import { WIDE } from '../wide'

/** Numbers summed before a tile goes back to memory, so that a panel of each side fits the first cache. */
const DEPTH: i32 = 256

/** Rows `rows` of a matrix d wide, in panels of 4: left operands of a sum over d. */
export function packLeftRows(out: usize, matrix: usize, rows: i32, d: i32): void {
  const row = (<usize>d) << 2
  for (let r = 0; r < rows; r += 4) {
    pack4(out + <usize>r * row, 16, matrix + <usize>r * row, row, 4, min(4, rows - r), d)
  }
}

/** Rows of a matrix d wide, in panels of 8: right operands of a sum over d. */
export function packRightRows(out: usize, matrix: usize, rows: i32, d: i32): void {
  const row = (<usize>d) << 2
  for (let r = 0; r < rows; r += 8) {
    const panel = out + <usize>r * row
    const from = matrix + <usize>r * row
    pack4(panel, 32, from, row, 4, min(8, rows - r), d)
    pack4(panel + 16, 32, from + 4 * row, row, 4, min(8, rows - r) - 4, d)
  }
}

/**
 * out = or, with `accumulate`, += left·right over `depth`: `rows` rows `outRow` bytes apart, `columns` columns.
 * Panels follow each other `depth` numbers deep. `spare` has 128 bytes, for a tile at an edge; where `out` has
 * room for whole tiles, say so by rows and columns that are whole.
 */
export function multiplyPanels(
  left: usize,
  right: usize,
  depth: i32,
  out: usize,
  outRow: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  spare: usize,
): void {
  for (let from = 0; from < depth; from += DEPTH) {
    const count = min(DEPTH, depth - from)
    const add = accumulate || from > 0
    for (let j = 0; j < columns; ) {
      const b = right + ((<usize>j * <usize>depth) << 2) + ((<usize>from) << 5)
      const double = WIDE && j + 16 <= columns
      const across = min(8, columns - j)
      for (let r = 0; r < rows; r += 4) {
        const a = left + ((<usize>r * <usize>depth) << 2) + ((<usize>from) << 4)
        const down = min(4, rows - r)
        const c = out + <usize>r * outRow + ((<usize>j) << 2)
        if (double && down === 4) {
          doubleTile(
            count,
            a,
            b,
            b + ((<usize>depth) << 5),
            c,
            c + outRow,
            c + 2 * outRow,
            c + 3 * outRow,
            add,
          )
        } else if (across === 8 && down === 4) {
          tile(count, a, b, c, c + outRow, c + 2 * outRow, c + 3 * outRow, add)
        } else {
          edgeTile(count, a, b, c, outRow, down, across, add, spare)
          if (double) edgeTile(count, a, b + ((<usize>depth) << 5), c + 32, outRow, down, 8, add, spare)
        }
      }
      j += double ? 16 : 8
    }
  }
}

/** A tile of which only `down` rows and `across` columns belong to the result. */
function edgeTile(
  count: i32,
  a: usize,
  b: usize,
  c: usize,
  outRow: usize,
  down: i32,
  across: i32,
  add: bool,
  spare: usize,
): void {
  const bytes = (<usize>across) << 2
  if (add) for (let i = 0; i < down; i++) memory.copy(spare + ((<usize>i) << 5), c + <usize>i * outRow, bytes)
  tile(count, a, b, spare, spare + 32, spare + 64, spare + 96, add)
  for (let i = 0; i < down; i++) memory.copy(c + <usize>i * outRow, spare + ((<usize>i) << 5), bytes)
}

/** x, or 0 where it is not a finite number. */
// @inline
function finite(x: v128): v128 {
  return v128.and(x, f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity)))
}

/**
 * Rows of a matrix d wide, in panels of 8 columns: right operands of a sum over rows, 0 up to `depth` of them.
 *
 * Numbers that are not finite become 0. A left-out pair meets them with a gradient of 0, and 0·∞ would spoil the
 * rows that have no part in them; a pair that takes part has a NaN of its own from its logit.
 */
export function packValues(out: usize, matrix: usize, rows: i32, depth: i32, d: i32): void {
  const row = (<usize>d) << 2
  for (let c = 0; c < d; c += 8) {
    let from = matrix + ((<usize>c) << 2)
    const across = min(8, d - c)
    for (let k = 0; k < depth; k++) {
      let x0 = f32x4.splat(0)
      let x1 = x0
      if (k < rows) {
        if (across === 8) {
          x0 = finite(v128.load(from))
          x1 = finite(v128.load(from, 16))
        } else {
          v128.store(out, x0)
          v128.store(out, x1, 16)
          for (let i = 0; i < across; i++)
            store<f32>(out + ((<usize>i) << 2), load<f32>(from + ((<usize>i) << 2)))
          x0 = finite(v128.load(out))
          x1 = finite(v128.load(out, 16))
        }
      }
      v128.store(out, x0)
      v128.store(out, x1, 16)
      out += 32
      from += row
    }
  }
}
