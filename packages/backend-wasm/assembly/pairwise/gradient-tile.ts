// A tile of logits becomes g, the gradient of each of them, already packed for the two products that follow.

import { exp4 } from './exponential'
import { ROW_BYTES } from './tiles'

/** g = a[i]·exp(z − s[i]) */
const BY_ROWS: i32 = 0
/** g = a[i]·exp(z − s[i]) + b[j]·exp(z − t[j]) */
const BY_BOTH: i32 = 1
/** g = exp(z − c)·(a[i] + b[j]) */
const SHARED: i32 = 2

/** Beyond its log-sum-exp a logit has no business, but that of a weight of 0 may be anything: no ∞·0. */
@inline
function softmax(z: v128, shift: v128): v128 {
  return exp4(f32x4.pmin(f32x4.sub(z, shift), f32x4.splat(88)))
}

/** Exact 0 where z is −∞, also beside a log-sum-exp or a gradient of NaN. */
@inline
function entry(z: v128, kind: i32, a: v128, s: v128, b: v128, t: v128): v128 {
  let g = f32x4.mul(softmax(z, s), kind == SHARED ? f32x4.add(a, b) : a)
  if (kind == BY_BOTH) g = f32x4.add(g, f32x4.mul(softmax(z, t), b))
  return v128.andnot(g, f32x4.eq(z, f32x4.splat(-Infinity)))
}

@inline
function fill(
  kind: i32,
  z: usize,
  rows: i32,
  columns: i32,
  c: f32,
  a: usize,
  s: usize,
  b: usize,
  t: usize,
  byQueries: usize,
  byKeys: usize,
  sums: usize,
): void {
  const bytes = <usize>columns << 2
  const deep = <usize>rows << 4
  for (let r = 0; r < rows; r += 4) {
    const row = z + <usize>r * ROW_BYTES
    const panel = byQueries + <usize>r * bytes
    const at4 = <usize>r << 2
    const a0 = v128.load32_splat(a + at4)
    const a1 = v128.load32_splat(a + at4, 4)
    const a2 = v128.load32_splat(a + at4, 8)
    const a3 = v128.load32_splat(a + at4, 12)
    const s0 = kind == SHARED ? f32x4.splat(c) : v128.load32_splat(s + at4)
    const s1 = kind == SHARED ? s0 : v128.load32_splat(s + at4, 4)
    const s2 = kind == SHARED ? s0 : v128.load32_splat(s + at4, 8)
    const s3 = kind == SHARED ? s0 : v128.load32_splat(s + at4, 12)
    let other = byKeys + (<usize>r << 4)
    for (let at: usize = 0; at < bytes; at += 16) {
      const bj = kind == BY_ROWS ? a0 : v128.load(b + at)
      const tj = kind == BY_BOTH ? v128.load(t + at) : a0
      const g0 = entry(v128.load(row + at), kind, a0, s0, bj, tj)
      v128.store(other, g0)
      const g1 = entry(v128.load(row + at, ROW_BYTES), kind, a1, s1, bj, tj)
      v128.store(other, g1, 16)
      const g2 = entry(v128.load(row + at, 2 * ROW_BYTES), kind, a2, s2, bj, tj)
      v128.store(other, g2, 32)
      const g3 = entry(v128.load(row + at, 3 * ROW_BYTES), kind, a3, s3, bj, tj)
      v128.store(other, g3, 48)
      other += deep
      const four = f32x4.add(f32x4.add(g0, g1), f32x4.add(g2, g3))
      v128.store(sums + at, f32x4.add(v128.load(sums + at), four))
      const low01 = v128.shuffle<f32>(g0, g1, 0, 4, 1, 5)
      const low23 = v128.shuffle<f32>(g2, g3, 0, 4, 1, 5)
      const high01 = v128.shuffle<f32>(g0, g1, 2, 6, 3, 7)
      const high23 = v128.shuffle<f32>(g2, g3, 2, 6, 3, 7)
      const to = panel + (at << 2)
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2))
      v128.store(to, v128.shuffle<f64>(low01, low23, 1, 3), 16)
      v128.store(to, v128.shuffle<f64>(high01, high23, 0, 2), 32)
      v128.store(to, v128.shuffle<f64>(high01, high23, 1, 3), 48)
    }
  }
}

/**
 * g of a tile of `rows` by `columns` logits, multiples of 4, in panels of 4 rows (`byQueries`) and of 4 columns
 * (`byKeys`); `sums`, by column, gain Σ_i g. `a` and `s` are by row, `b` and `t` by column; b = 0 where there are
 * none.
 */
export function gradientTile(
  z: usize,
  rows: i32,
  columns: i32,
  a: usize,
  s: usize,
  b: usize,
  t: usize,
  byQueries: usize,
  byKeys: usize,
  sums: usize,
): void {
  if (b == 0) fill(BY_ROWS, z, rows, columns, 0, a, s, b, t, byQueries, byKeys, sums)
  else fill(BY_BOTH, z, rows, columns, 0, a, s, b, t, byQueries, byKeys, sums)
}

/** The same where one exponential serves rows and columns: g = exp(z − c)·(a[i] + b[j]). */
export function sharedGradientTile(
  z: usize,
  rows: i32,
  columns: i32,
  c: f32,
  a: usize,
  b: usize,
  byQueries: usize,
  byKeys: usize,
  sums: usize,
): void {
  fill(SHARED, z, rows, columns, c, a, 0, b, 0, byQueries, byKeys, sums)
}
