// Small ways of writing to the heap. Addresses are bytes; nothing here allocates.

/** An address, or 0 where there is nothing. */
export type MaybeAddress = usize

/** Sets `count` float32 numbers at `out` to `value`. */
export function fillFloats(out: usize, count: i32, value: f32): void {
  const wide = f32x4.splat(value)
  let i = 0
  for (; i <= count - 4; i += 4) v128.store(out + ((<usize>i) << 2), wide)
  for (; i < count; i++) store<f32>(out + ((<usize>i) << 2), value)
}

/** Copies `count` bytes; inline, since rows are short and `memory.copy` leaves the module for each of them. */
export function copyBytes(to: usize, from: usize, count: i32): void {
  let left = count
  for (; left >= 16; left -= 16) {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  }
  for (; left >= 4; left -= 4) {
    store<u32>(to, load<u32>(from))
    to += 4
    from += 4
  }
  for (; left > 0; left--) {
    store<u8>(to, load<u8>(from))
    to += 1
    from += 1
  }
}
