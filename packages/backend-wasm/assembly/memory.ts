// Small ways of writing to the heap. Addresses are bytes; nothing here allocates.

/** Sets `count` float32 numbers at `out` to `value`. */
export function fillFloats(out: usize, count: i32, value: f32): void {
  const wide = f32x4.splat(value)
  let i = 0
  for (; i <= count - 4; i += 4) v128.store(out + (<usize>i << 2), wide)
  for (; i < count; i++) store<f32>(out + (<usize>i << 2), value)
}
