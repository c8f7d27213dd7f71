// The innermost loops of every product: a tile of 4 rows and 8 columns, held in 8 registers, and one of 16 columns.
//
// `a` is a packed panel of 4 rows (for each k its 4 numbers), `b` one of 8 columns. A tile sums over k in order, so
// its shape does not change the bits.

import { multiplyAdd } from '../multiply-add'

/** The rows r0…r3 of the tile become (or, with `accumulate`, gain) Σ_k a[k, ·]·b[k, ·], k = 0…count−1. */
export function tile(
  count: i32,
  a: usize,
  b: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0)
  let c01 = c00
  let c10 = c00
  let c11 = c00
  let c20 = c00
  let c21 = c00
  let c30 = c00
  let c31 = c00
  for (let k = count; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const a0 = v128.load32_splat(a)
    c00 = multiplyAdd(a0, b0, c00)
    c01 = multiplyAdd(a0, b1, c01)
    const a1 = v128.load32_splat(a, 4)
    c10 = multiplyAdd(a1, b0, c10)
    c11 = multiplyAdd(a1, b1, c11)
    const a2 = v128.load32_splat(a, 8)
    c20 = multiplyAdd(a2, b0, c20)
    c21 = multiplyAdd(a2, b1, c21)
    const a3 = v128.load32_splat(a, 12)
    c30 = multiplyAdd(a3, b0, c30)
    c31 = multiplyAdd(a3, b1, c31)
    a += 16
    b += 32
  }
  if (accumulate) {
    c00 = f32x4.add(c00, v128.load(r0))
    c01 = f32x4.add(c01, v128.load(r0, 16))
    c10 = f32x4.add(c10, v128.load(r1))
    c11 = f32x4.add(c11, v128.load(r1, 16))
    c20 = f32x4.add(c20, v128.load(r2))
    c21 = f32x4.add(c21, v128.load(r2, 16))
    c30 = f32x4.add(c30, v128.load(r3))
    c31 = f32x4.add(c31, v128.load(r3, 16))
  }
  v128.store(r0, c00)
  v128.store(r0, c01, 16)
  v128.store(r1, c10)
  v128.store(r1, c11, 16)
  v128.store(r2, c20)
  v128.store(r2, c21, 16)
  v128.store(r3, c30)
  v128.store(r3, c31, 16)
}

/**
 * The same with 16 columns, those of the panels `b` and `next`: half of the loads a multiplication, for twice the
 * registers. Only worth it where the engine joins two of them (measured on V8 13.6: 64 → 100 GFLOPS; where it does not,
 * 59 → 42 on V8 11.3).
 */
export function doubleTile(
  count: i32,
  a: usize,
  b: usize,
  next: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0)
  let c01 = c00
  let c02 = c00
  let c03 = c00
  let c10 = c00
  let c11 = c00
  let c12 = c00
  let c13 = c00
  let c20 = c00
  let c21 = c00
  let c22 = c00
  let c23 = c00
  let c30 = c00
  let c31 = c00
  let c32 = c00
  let c33 = c00
  for (let k = count; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(next)
    const b3 = v128.load(next, 16)
    const a0 = v128.load32_splat(a)
    c00 = multiplyAdd(a0, b0, c00)
    c01 = multiplyAdd(a0, b1, c01)
    c02 = multiplyAdd(a0, b2, c02)
    c03 = multiplyAdd(a0, b3, c03)
    const a1 = v128.load32_splat(a, 4)
    c10 = multiplyAdd(a1, b0, c10)
    c11 = multiplyAdd(a1, b1, c11)
    c12 = multiplyAdd(a1, b2, c12)
    c13 = multiplyAdd(a1, b3, c13)
    const a2 = v128.load32_splat(a, 8)
    c20 = multiplyAdd(a2, b0, c20)
    c21 = multiplyAdd(a2, b1, c21)
    c22 = multiplyAdd(a2, b2, c22)
    c23 = multiplyAdd(a2, b3, c23)
    const a3 = v128.load32_splat(a, 12)
    c30 = multiplyAdd(a3, b0, c30)
    c31 = multiplyAdd(a3, b1, c31)
    c32 = multiplyAdd(a3, b2, c32)
    c33 = multiplyAdd(a3, b3, c33)
    a += 16
    b += 32
    next += 32
  }
  if (accumulate) {
    c00 = f32x4.add(c00, v128.load(r0))
    c01 = f32x4.add(c01, v128.load(r0, 16))
    c02 = f32x4.add(c02, v128.load(r0, 32))
    c03 = f32x4.add(c03, v128.load(r0, 48))
    c10 = f32x4.add(c10, v128.load(r1))
    c11 = f32x4.add(c11, v128.load(r1, 16))
    c12 = f32x4.add(c12, v128.load(r1, 32))
    c13 = f32x4.add(c13, v128.load(r1, 48))
    c20 = f32x4.add(c20, v128.load(r2))
    c21 = f32x4.add(c21, v128.load(r2, 16))
    c22 = f32x4.add(c22, v128.load(r2, 32))
    c23 = f32x4.add(c23, v128.load(r2, 48))
    c30 = f32x4.add(c30, v128.load(r3))
    c31 = f32x4.add(c31, v128.load(r3, 16))
    c32 = f32x4.add(c32, v128.load(r3, 32))
    c33 = f32x4.add(c33, v128.load(r3, 48))
  }
  v128.store(r0, c00)
  v128.store(r0, c01, 16)
  v128.store(r0, c02, 32)
  v128.store(r0, c03, 48)
  v128.store(r1, c10)
  v128.store(r1, c11, 16)
  v128.store(r1, c12, 32)
  v128.store(r1, c13, 48)
  v128.store(r2, c20)
  v128.store(r2, c21, 16)
  v128.store(r2, c22, 32)
  v128.store(r2, c23, 48)
  v128.store(r3, c30)
  v128.store(r3, c31, 16)
  v128.store(r3, c32, 32)
  v128.store(r3, c33, 48)
}
