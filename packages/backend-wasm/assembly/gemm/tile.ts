// The innermost loop of every product: a tile of 4 rows and 8 columns, held in 8 registers.
//
// `a` is a packed panel of 4 rows (for each k its 4 numbers), `b` one of 8 columns. Multiply and add, no relaxed
// SIMD: Node 20 refuses that, and the same bits come out everywhere.

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
    c00 = f32x4.add(c00, f32x4.mul(a0, b0))
    c01 = f32x4.add(c01, f32x4.mul(a0, b1))
    const a1 = v128.load32_splat(a, 4)
    c10 = f32x4.add(c10, f32x4.mul(a1, b0))
    c11 = f32x4.add(c11, f32x4.mul(a1, b1))
    const a2 = v128.load32_splat(a, 8)
    c20 = f32x4.add(c20, f32x4.mul(a2, b0))
    c21 = f32x4.add(c21, f32x4.mul(a2, b1))
    const a3 = v128.load32_splat(a, 12)
    c30 = f32x4.add(c30, f32x4.mul(a3, b0))
    c31 = f32x4.add(c31, f32x4.mul(a3, b1))
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
