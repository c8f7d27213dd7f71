// Rows to length 1, and the gradient. In 64 bits, where the square of no float32 overflows or vanishes.

/** Σ x·y */
function dot(x: usize, y: usize, width: i32): f64 {
  let s0: f64 = 0
  let s1: f64 = 0
  let s2: f64 = 0
  let s3: f64 = 0
  let i = 0
  for (; i <= width - 4; i += 4) {
    const at = <usize>i << 2
    s0 += <f64>load<f32>(x + at) * <f64>load<f32>(y + at)
    s1 += <f64>load<f32>(x + at, 4) * <f64>load<f32>(y + at, 4)
    s2 += <f64>load<f32>(x + at, 8) * <f64>load<f32>(y + at, 8)
    s3 += <f64>load<f32>(x + at, 12) * <f64>load<f32>(y + at, 12)
  }
  for (; i < width; i++) {
    const at = <usize>i << 2
    s0 += <f64>load<f32>(x + at) * <f64>load<f32>(y + at)
  }
  return s0 + s1 + (s2 + s3)
}

/** 1/‖x‖; 0 for zeros, NaN for what is not finite. */
@inline
function inverseLength(x: usize, width: i32): f64 {
  const squares = dot(x, x, width)
  if (squares == 0) return 0
  return squares < Infinity ? 1 / sqrt(squares) : NaN
}

/** y = x/‖x‖, row by row. */
export function rowNormalize(x: usize, y: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2
  for (let row = 0; row < rows; row++, x += bytes, y += bytes) {
    const inverse = inverseLength(x, width)
    for (let at: usize = 0; at < bytes; at += 4) {
      store<f32>(y + at, <f32>(<f64>load<f32>(x + at) * inverse))
    }
  }
}

/** dx = (dy − y·(yᵀdy))/‖x‖ with y = x/‖x‖, row by row. */
export function rowNormalizeGradient(x: usize, dy: usize, dx: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2
  for (let row = 0; row < rows; row++, x += bytes, dy += bytes, dx += bytes) {
    const inverse = inverseLength(x, width)
    if (inverse == 0) {
      for (let at: usize = 0; at < bytes; at += 4) store<f32>(dx + at, 0)
      continue
    }
    const along = dot(x, dy, width) * inverse * inverse
    for (let at: usize = 0; at < bytes; at += 4) {
      const across = <f64>load<f32>(dy + at) - <f64>load<f32>(x + at) * along
      store<f32>(dx + at, <f32>(across * inverse))
    }
  }
}
