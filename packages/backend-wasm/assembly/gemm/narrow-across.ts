import { fillFloats } from '../memory'
import { multiplyAdd } from '../multiply-add'
import { addRow, STEP } from './narrow-sums'
import { interleave } from './panels'
import { DEPTH } from './product'

/** Lines read at a time. */
const TOGETHER: i32 = 8

/**
 * `rows` (a multiple of 4) of out[·, n], whose left operand lies line by line of k, `aColumn` bytes apart; `b` is the packed
 * right operand. A register's worth of sums is a column of four rows; all are kept
 * while lines go by.
 */
export function acrossLines(
  a: usize,
  aColumn: isize,
  b: usize,
  out: usize,
  rows: i32,
  n: i32,
  deep: i32,
  sums: usize,
  accumulate: bool,
): void {
  const columns = (n + 3) & ~3
  for (let at = 0; at < deep; at += DEPTH) {
    const end = min(at + DEPTH, deep)
    fillFloats(sums, rows * columns, 0)
    let k = at
    for (; k + TOGETHER <= end; k += TOGETHER) {
      addLines(a + k * aColumn, aColumn, b + <usize>k * STEP, rows, columns, sums)
    }
    for (; k < end; k++) addLine(a + k * aColumn, b + <usize>k * STEP, rows, columns, sums)
    giveBack(out, rows, n, columns, sums, accumulate || at > 0)
  }
}

/** Eight lines of the left operand, times as many rows of the right one. */
function addLines(a: usize, aColumn: isize, b: usize, rows: i32, columns: i32, sums: usize): void {
  const bytes = (<usize>columns) << 2
  for (let i = 0; i < rows; i += 4) {
    const x0 = v128.load(a)
    const x1 = v128.load(a + aColumn)
    const x2 = v128.load(a + 2 * aColumn)
    const x3 = v128.load(a + 3 * aColumn)
    const x4 = v128.load(a + 4 * aColumn)
    const x5 = v128.load(a + 5 * aColumn)
    const x6 = v128.load(a + 6 * aColumn)
    const x7 = v128.load(a + 7 * aColumn)
    for (let column: usize = 0; column < bytes; column += 4) {
      const right = b + column
      const kept = sums + (column << 2)
      let sum = v128.load(kept)
      sum = multiplyAdd(v128.load32_splat(right), x0, sum)
      sum = multiplyAdd(v128.load32_splat(right, STEP), x1, sum)
      sum = multiplyAdd(v128.load32_splat(right, 2 * STEP), x2, sum)
      sum = multiplyAdd(v128.load32_splat(right, 3 * STEP), x3, sum)
      sum = multiplyAdd(v128.load32_splat(right, 4 * STEP), x4, sum)
      sum = multiplyAdd(v128.load32_splat(right, 5 * STEP), x5, sum)
      sum = multiplyAdd(v128.load32_splat(right, 6 * STEP), x6, sum)
      sum = multiplyAdd(v128.load32_splat(right, 7 * STEP), x7, sum)
      v128.store(kept, sum)
    }
    a += 16
    sums += bytes << 2
  }
}

function addLine(a: usize, b: usize, rows: i32, columns: i32, sums: usize): void {
  const bytes = (<usize>columns) << 2
  for (let i = 0; i < rows; i += 4) {
    const x = v128.load(a)
    for (let column: usize = 0; column < bytes; column += 4) {
      const kept = sums + (column << 2)
      v128.store(kept, multiplyAdd(v128.load32_splat(b + column), x, v128.load(kept)))
    }
    a += 16
    sums += bytes << 2
  }
}

/** Columns of four rows become rows, and go where the result is. */
function giveBack(out: usize, rows: i32, n: i32, columns: i32, sums: usize, accumulate: bool): void {
  const row = (<usize>n) << 2
  for (let i = 0; i < rows; i += 4) {
    for (let column = 0; column < n; column += 4) {
      const kept = sums + ((<usize>column) << 4)
      interleave(kept, 16, kept, kept + 16, kept + 32, kept + 48, 4)
      const target = out + ((<usize>column) << 2)
      const count = min(4, n - column)
      for (let r: usize = 0; r < 4; r++) addRow(target + r * row, kept + (r << 4), count, accumulate)
    }
    out += 4 * row
    sums += (<usize>columns) << 4
  }
}
