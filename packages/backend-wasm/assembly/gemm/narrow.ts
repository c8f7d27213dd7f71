// Products of few columns, such as a linear probe's: reading the left operand takes longer than multiplying it, so that it is
// read where it lies, once and from front to back. Sums over k are cut and added as in product.ts: the same bits.

import { acrossLines } from './narrow-across'
import { alongRows } from './narrow-along'
import { STEP } from './narrow-sums'
import { pack4 } from './panels'

/** As many columns as four rows have registers for. */
export const NARROW: i32 = 12

/** Rows of the right operand packed at a time (384 KiB): the second cache. */
const PACKED: i32 = 8192
/** Rows of the result whose sums are kept at a time (48 KiB). */
const KEPT: i32 = 1024

/** Bytes of scratch memory that `multiplyNarrow` needs: sums, and the packed right operand. */
export function narrowScratch(k: i32): usize {
  return <usize>(KEPT + min(k, PACKED)) * STEP
}

/**
 * Rows `first`…, by fours, of out[·, n] = Σ_k a[·, k]·b[k, ·]; returns the first that is left over. Strides in bytes; in a,
 * one of them is 4; n ≤ NARROW. `scratch` is aligned to 16 bytes.
 */
export function multiplyNarrow(
  a: usize,
  aRow: isize,
  aColumn: isize,
  b: usize,
  bRow: isize,
  bColumn: isize,
  out: usize,
  first: i32,
  end: i32,
  n: i32,
  k: i32,
  scratch: usize,
): i32 {
  const whole = first + ((end - first) & ~3)
  if (whole === first) return first
  const right = scratch + <usize>KEPT * STEP
  for (let top = 0; top < k; top += PACKED) {
    const deep = min(PACKED, k - top)
    for (let column = 0; column < n; column += 4) {
      const source = b + top * bRow + column * bColumn
      pack4(right + ((<usize>column) << 2), STEP, source, bColumn, bRow, n - column, deep)
    }
    const left = a + top * aColumn
    for (let from = first; from < whole; from += KEPT) {
      const rows = min(KEPT, whole - from)
      const target = out + ((<usize>from * n) << 2)
      if (aColumn === 4) alongRows(left + from * aRow, aRow, right, target, rows, n, deep, scratch, top > 0)
      else acrossLines(left + from * 4, aColumn, right, target, rows, n, deep, scratch, top > 0)
    }
  }
  return whole
}
