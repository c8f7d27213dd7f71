// A tile of logits becomes g, the gradient of each of them, already packed for the two products that follow.

import { exp4 } from './exponential'
import { ROW_BYTES } from './tiles'

/** g = e·(a[i] + b[j]), the exponentials being there already */
const KEPT: i32 = 0
/** g = exp(z − s[i])·(a[i] + b[j]) */
const ONCE: i32 = 1
/** g = a[i]·exp(z − s[i]) + b[j]·exp(z − t[j]) */
const TWICE: i32 = 2

/** No logit exceeds its log-sum-exp, but that of a weight of 0 may be anything: no ∞·0. */
// @inline
function bounded(x: v128): v128 {
  return f32x4.pmin(x, f32x4.splat(88))
}

/** Exact 0 where a pair is left out, also beside a log-sum-exp or a gradient of NaN. */
// @inline
function entry(z: v128, kind: i32, a: v128, s: v128, b: v128, t: v128): v128 {
  if (kind === TWICE) {
    const fromRow = f32x4.mul(exp4(bounded(f32x4.sub(z, s))), a)
    const fromColumn = f32x4.mul(exp4(bounded(f32x4.sub(z, t))), b)
    return v128.andnot(f32x4.add(fromRow, fromColumn), f32x4.eq(z, f32x4.splat(-Infinity)))
  }
  const e = kind === KEPT ? z : exp4(f32x4.sub(z, s))
  return v128.andnot(f32x4.mul(e, f32x4.add(a, b)), f32x4.eq(e, f32x4.splat(0)))
}

// @inline
function fill(
  kind: i32,
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
  const bytes = (<usize>columns) << 2
  const deep = (<usize>rows) << 4
  for (let r = 0; r < rows; r += 4) {
    const row = z + <usize>r * ROW_BYTES
    const panel = byQueries + <usize>r * bytes
    const at4 = (<usize>r) << 2
    const a0 = v128.load32_splat(a + at4)
    const a1 = v128.load32_splat(a + at4, 4)
    const a2 = v128.load32_splat(a + at4, 8)
    const a3 = v128.load32_splat(a + at4, 12)
    const s0 = v128.load32_splat(s + at4)
    const s1 = v128.load32_splat(s + at4, 4)
    const s2 = v128.load32_splat(s + at4, 8)
    const s3 = v128.load32_splat(s + at4, 12)
    let other = byKeys + ((<usize>r) << 4)
    for (let at: usize = 0; at < bytes; at += 16) {
      const bj = v128.load(b + at)
      const tj = kind === TWICE ? v128.load(t + at) : bj
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
 * g of a tile of `rows` by `columns` pairs, multiples of 4, in panels of 4 rows (`byQueries`) and of 4 columns
 * (`byKeys`); `sums`, by column, gain Σ_i g.
 *
 *   g = exp(z − references[i])·(a[i] + b[j])
 *
 * With `kept`, the tile holds the exponentials.
 */
export function gradientTile(
  tile: usize,
  rows: i32,
  columns: i32,
  kept: bool,
  references: usize,
  a: usize,
  b: usize,
  byQueries: usize,
  byKeys: usize,
  sums: usize,
): void {
  if (kept) fill(KEPT, tile, rows, columns, a, references, b, 0, byQueries, byKeys, sums)
  else fill(ONCE, tile, rows, columns, a, references, b, 0, byQueries, byKeys, sums)
}

/** The same by g = a[i]·exp(z − s[i]) + b[j]·exp(z − t[j]); the tile holds the logits. */
export function gradientTileOfEach(
  tile: usize,
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
  fill(TWICE, tile, rows, columns, a, s, b, t, byQueries, byKeys, sums)
}
