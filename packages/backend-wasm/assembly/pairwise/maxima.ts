import { ROW_BYTES } from './tiles'

// @inline
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
  const bytes = (<usize>columns) << 2
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
    const to = byRow + ((<usize>r) << 2)
    store<f32>(to, max4(m0))
    store<f32>(to, max4(m1), 4)
    store<f32>(to, max4(m2), 8)
    store<f32>(to, max4(m3), 12)
  }
}
