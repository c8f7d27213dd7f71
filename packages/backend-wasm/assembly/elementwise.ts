// Elements chosen and bounded, one by one.

/** out = condition ? a : b for elements of 32 bits; a condition is a byte, 0 = false. */
export function selectWords(condition: usize, a: usize, b: usize, out: usize, count: i32): void {
  let i = 0
  for (; i <= count - 4; i += 4) {
    const bytes = v128.load32_zero(condition + <usize>i)
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes))
    const at = (<usize>i) << 2
    const chosen = v128.bitselect(v128.load(a + at), v128.load(b + at), i32x4.ne(words, i32x4.splat(0)))
    v128.store(out + at, chosen)
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    store<i32>(out + at, load<u8>(condition + <usize>i) ? load<i32>(a + at) : load<i32>(b + at))
  }
}

/** out = condition ? a : b for elements of one byte. */
export function selectBytes(condition: usize, a: usize, b: usize, out: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u8>(out + i, load<u8>(condition + i) ? load<u8>(a + i) : load<u8>(b + i))
  }
}

/** out = min(max(x, low), high); NaN stays NaN. */
export function clipFloats(x: usize, out: usize, count: i32, low: f32, high: f32): void {
  const wideLow = f32x4.splat(low)
  const wideHigh = f32x4.splat(high)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = (<usize>i) << 2
    v128.store(out + at, f32x4.min(f32x4.max(v128.load(x + at), wideLow), wideHigh))
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    store<f32>(out + at, min<f32>(max<f32>(load<f32>(x + at), low), high))
  }
}
