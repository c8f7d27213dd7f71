// Rows of float32 numbers: added, scaled, multiplied.

/** y += x */
// @inline
export function addRow(x: usize, y: usize, count: i32): void {
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = (<usize>i) << 2
    v128.store(y + at, f32x4.add(v128.load(y + at), v128.load(x + at)))
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    store<f32>(y + at, load<f32>(y + at) + load<f32>(x + at))
  }
}

/** y += factor · x */
// @inline
export function addScaledRow(factor: f32, x: usize, y: usize, count: i32): void {
  const wide = f32x4.splat(factor)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = (<usize>i) << 2
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(wide, v128.load(x + at))))
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    store<f32>(y + at, load<f32>(y + at) + factor * load<f32>(x + at))
  }
}

/** z += x ∘ y */
// @inline
export function addProductRow(x: usize, y: usize, z: usize, count: i32): void {
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = (<usize>i) << 2
    v128.store(z + at, f32x4.add(v128.load(z + at), f32x4.mul(v128.load(x + at), v128.load(y + at))))
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    store<f32>(z + at, load<f32>(z + at) + load<f32>(x + at) * load<f32>(y + at))
  }
}

/** x · y */
// @inline
export function dotRow(x: usize, y: usize, count: i32): f32 {
  let sums = f32x4.splat(0)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = (<usize>i) << 2
    sums = f32x4.add(sums, f32x4.mul(v128.load(x + at), v128.load(y + at)))
  }
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    sum += load<f32>(x + at) * load<f32>(y + at)
  }
  return sum
}
