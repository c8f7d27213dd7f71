// Sums of exponentials by rows and columns of a tile.

import { exp4 } from './exponential'
import { ROW_BYTES } from './tiles'

// @inline
function add4(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  )
}

/**
 * sums[i] = Σ_j exp(z[i, j] − references[i]) of a tile. Where all references are the same, `columnSums` (else 0)
 * gets Σ_i exp(z[i, j] − reference) from the same exponentials. With `keep` these take the place of the logits.
 */
export function sumRows(
  z: usize,
  rows: i32,
  columns: i32,
  references: usize,
  sums: usize,
  columnSums: usize,
  keep: bool,
): void {
  const bytes = (<usize>columns) << 2
  if (columnSums !== 0) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(columnSums + at, f32x4.splat(0))
  }
  for (let r = 0; r < rows; r += 4) {
    const row = z + <usize>r * ROW_BYTES
    const from = references + ((<usize>r) << 2)
    const c0 = v128.load32_splat(from)
    const c1 = v128.load32_splat(from, 4)
    const c2 = v128.load32_splat(from, 8)
    const c3 = v128.load32_splat(from, 12)
    let s0 = f32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    for (let at: usize = 0; at < bytes; at += 16) {
      const e0 = exp4(f32x4.sub(v128.load(row + at), c0))
      s0 = f32x4.add(s0, e0)
      const e1 = exp4(f32x4.sub(v128.load(row + at, ROW_BYTES), c1))
      s1 = f32x4.add(s1, e1)
      const e2 = exp4(f32x4.sub(v128.load(row + at, 2 * ROW_BYTES), c2))
      s2 = f32x4.add(s2, e2)
      const e3 = exp4(f32x4.sub(v128.load(row + at, 3 * ROW_BYTES), c3))
      s3 = f32x4.add(s3, e3)
      if (keep) {
        v128.store(row + at, e0)
        v128.store(row + at, e1, ROW_BYTES)
        v128.store(row + at, e2, 2 * ROW_BYTES)
        v128.store(row + at, e3, 3 * ROW_BYTES)
      }
      if (columnSums !== 0) {
        const four = f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3))
        v128.store(columnSums + at, f32x4.add(v128.load(columnSums + at), four))
      }
    }
    const to = sums + ((<usize>r) << 2)
    store<f32>(to, add4(s0))
    store<f32>(to, add4(s1), 4)
    store<f32>(to, add4(s2), 8)
    store<f32>(to, add4(s3), 12)
  }
}

/** sums[j] = Σ_i exp(z[i, j] − references[j]) of a tile. */
export function sumColumns(z: usize, rows: i32, columns: i32, references: usize, sums: usize): void {
  const bytes = (<usize>columns) << 2
  for (let at: usize = 0; at < bytes; at += 16) v128.store(sums + at, f32x4.splat(0))
  for (let r = 0; r < rows; r += 4) {
    const row = z + <usize>r * ROW_BYTES
    for (let at: usize = 0; at < bytes; at += 16) {
      const c = v128.load(references + at)
      const e0 = exp4(f32x4.sub(v128.load(row + at), c))
      const e1 = exp4(f32x4.sub(v128.load(row + at, ROW_BYTES), c))
      const e2 = exp4(f32x4.sub(v128.load(row + at, 2 * ROW_BYTES), c))
      const e3 = exp4(f32x4.sub(v128.load(row + at, 3 * ROW_BYTES), c))
      const four = f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3))
      v128.store(sums + at, f32x4.add(v128.load(sums + at), four))
    }
  }
}
