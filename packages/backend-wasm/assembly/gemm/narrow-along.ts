import { multiplyAdd } from '../multiply-add'
import { addRow, STEP } from './narrow-sums'
import { DEPTH } from './product'

/**
 * `rows` (a multiple of 4) of out[·, n], whose left operand lies row by row, `aRow` bytes apart; `b` is the packed right
 * operand. A register holds four columns of a row.
 */
export function alongRows(
  a: usize,
  aRow: isize,
  b: usize,
  out: usize,
  rows: i32,
  n: i32,
  deep: i32,
  sums: usize,
  accumulate: bool,
): void {
  const row = (<usize>n) << 2
  for (let i = 0; i < rows; i += 4) {
    for (let at = 0; at < deep; at += DEPTH) {
      const depth = min(DEPTH, deep - at)
      const left = a + ((<usize>at) << 2)
      const right = b + <usize>at * STEP
      if (n > 8) tile(3, depth, left, aRow, right, sums)
      else if (n > 4) tile(2, depth, left, aRow, right, sums)
      else tile(1, depth, left, aRow, right, sums)
      for (let r: usize = 0; r < 4; r++) addRow(out + r * row, sums + r * STEP, n, accumulate || at > 0)
    }
    a += 4 * aRow
    out += 4 * row
  }
}

/** Four rows of 4·`vectors` columns, summed over `depth` into `sums`. */
// @inline
function tile(vectors: i32, depth: i32, a: usize, aRow: isize, b: usize, sums: usize): void {
  let c00 = f32x4.splat(0)
  let c01 = c00
  let c02 = c00
  let c10 = c00
  let c11 = c00
  let c12 = c00
  let c20 = c00
  let c21 = c00
  let c22 = c00
  let c30 = c00
  let c31 = c00
  let c32 = c00
  const a1 = a + aRow
  const a2 = a1 + aRow
  const a3 = a2 + aRow
  for (let k: usize = 0, end = (<usize>depth) << 2; k < end; k += 4) {
    const x0 = v128.load32_splat(a + k)
    const x1 = v128.load32_splat(a1 + k)
    const x2 = v128.load32_splat(a2 + k)
    const x3 = v128.load32_splat(a3 + k)
    const b0 = v128.load(b)
    c00 = multiplyAdd(x0, b0, c00)
    c10 = multiplyAdd(x1, b0, c10)
    c20 = multiplyAdd(x2, b0, c20)
    c30 = multiplyAdd(x3, b0, c30)
    if (vectors > 1) {
      const b1 = v128.load(b, 16)
      c01 = multiplyAdd(x0, b1, c01)
      c11 = multiplyAdd(x1, b1, c11)
      c21 = multiplyAdd(x2, b1, c21)
      c31 = multiplyAdd(x3, b1, c31)
    }
    if (vectors > 2) {
      const b2 = v128.load(b, 32)
      c02 = multiplyAdd(x0, b2, c02)
      c12 = multiplyAdd(x1, b2, c12)
      c22 = multiplyAdd(x2, b2, c22)
      c32 = multiplyAdd(x3, b2, c32)
    }
    b += STEP
  }
  storeRow(vectors, sums, c00, c01, c02)
  storeRow(vectors, sums + STEP, c10, c11, c12)
  storeRow(vectors, sums + 2 * STEP, c20, c21, c22)
  storeRow(vectors, sums + 3 * STEP, c30, c31, c32)
}

// @inline
function storeRow(vectors: i32, at: usize, c0: v128, c1: v128, c2: v128): void {
  v128.store(at, c0)
  if (vectors > 1) v128.store(at, c1, 16)
  if (vectors > 2) v128.store(at, c2, 32)
}
