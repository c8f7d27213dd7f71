// Sums of exponentials by rows and columns of a tile.

import { exp, exp4, log } from './exponential'
import { ROW_BYTES } from './tiles'

@inline
function add4(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
}

@inline
function max4(x: v128): f32 {
  return max<f32>(
    max<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  )
}

/**
 * The maxima of each row and column of a tile, multiples of 4 of each. A NaN is passed over here: it comes back
 * in the sums.
 */
export function tileMaxima(z: usize, rows: i32, columns: i32, byRow: usize, byColumn: usize): void {
  const nothing = f32x4.splat(-Infinity)
  const bytes = <usize>columns << 2
  for (let at: usize = 0; at < bytes; at += 16) v128.store(byColumn + at, nothing)
  for (let r = 0; r < rows; r += 4) {
    const row = z + <usize>r * ROW_BYTES
    let m0 = nothing
    let m1 = nothing
    let m2 = nothing
    let m3 = nothing
    for (let at: usize = 0; at < bytes; at += 16) {
      const z0 = v128.load(row + at)
      const z1 = v128.load(row + at, ROW_BYTES)
      const z2 = v128.load(row + at, 2 * ROW_BYTES)
      const z3 = v128.load(row + at, 3 * ROW_BYTES)
      m0 = f32x4.pmax(m0, z0)
      m1 = f32x4.pmax(m1, z1)
      m2 = f32x4.pmax(m2, z2)
      m3 = f32x4.pmax(m3, z3)
      const above = f32x4.pmax(f32x4.pmax(v128.load(byColumn + at), z0), z1)
      v128.store(byColumn + at, f32x4.pmax(f32x4.pmax(above, z2), z3))
    }
    const to = byRow + (<usize>r << 2)
    store<f32>(to, max4(m0))
    store<f32>(to, max4(m1), 4)
    store<f32>(to, max4(m2), 8)
    store<f32>(to, max4(m3), 12)
  }
}

/**
 * sums[i] = Σ_j exp(z[i, j] − references[i]) of a tile. Where all references are the same, `columnSums` (else 0)
 * gets Σ_i exp(z[i, j] − reference) from the same exponentials.
 */
export function sumRows(
  z: usize,
  rows: i32,
  columns: i32,
  references: usize,
  sums: usize,
  columnSums: usize,
): void {
  const bytes = <usize>columns << 2
  if (columnSums != 0) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(columnSums + at, f32x4.splat(0))
  }
  for (let r = 0; r < rows; r += 4) {
    const row = z + <usize>r * ROW_BYTES
    const from = references + (<usize>r << 2)
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
      if (columnSums != 0) {
        const four = f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3))
        v128.store(columnSums + at, f32x4.add(v128.load(columnSums + at), four))
      }
    }
    const to = sums + (<usize>r << 2)
    store<f32>(to, add4(s0))
    store<f32>(to, add4(s1), 4)
    store<f32>(to, add4(s2), 8)
    store<f32>(to, add4(s3), 12)
  }
}

/** sums[j] = Σ_i exp(z[i, j] − references[j]) of a tile. */
export function sumColumns(z: usize, rows: i32, columns: i32, references: usize, sums: usize): void {
  const bytes = <usize>columns << 2
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

/** Bytes of a log-sum-exp on its way: its reference (the largest so far) and Σ exp(z − reference), in 64 bits. */
export const RUNNING: usize = 16

/** `count` log-sum-exps of nothing yet. */
export function startRunning(running: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<f64>(running + <usize>i * RUNNING, -Infinity)
    store<f64>(running + <usize>i * RUNNING, 0, 8)
  }
}

/** Adds a tile's sums, each with its own reference, to what runs. */
export function addRunning(running: usize, count: i32, references: usize, sums: usize): void {
  for (let i = 0; i < count; i++) {
    const sum = <f64>load<f32>(sums + (<usize>i << 2))
    if (sum == 0) continue
    const at = running + <usize>i * RUNNING
    const reference = <f64>load<f32>(references + (<usize>i << 2))
    const before = load<f64>(at)
    const total = load<f64>(at, 8)
    if (reference == before) {
      store<f64>(at, total + sum, 8)
    } else if (reference < before) {
      store<f64>(at, total + sum * exp(reference - before), 8)
    } else {
      store<f64>(at, reference)
      store<f64>(at, total * exp(before - reference) + sum, 8)
    }
  }
}

/** out[i] = log Σ exp(z − offset[i]); offsets of 0 where their address is 0. */
export function finishRunning(running: usize, count: i32, offset: usize, out: usize): void {
  for (let i = 0; i < count; i++) {
    const at = running + <usize>i * RUNNING
    const shift = offset == 0 ? 0 : <f64>load<f32>(offset + (<usize>i << 2))
    store<f32>(out + (<usize>i << 2), <f32>(log(load<f64>(at, 8)) + (load<f64>(at) - shift)))
  }
}
