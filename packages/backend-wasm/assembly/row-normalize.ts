// Rows to length 1, and the gradient. In 64 bits, where the square of no float32 overflows or vanishes.

/** The lower two of four numbers, in 64 bits. */
// @inline
function lower(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

// @inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(
    i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15),
  )
}

/** Two pairs of numbers in 64 bits as four in 32. */
// @inline
function rounded(low: v128, high: v128): v128 {
  const first = f32x4.demote_f64x2_zero(low)
  const second = f32x4.demote_f64x2_zero(high)
  return i8x16.shuffle(first, second, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
}

/** Σ x·y */
function dot(x: usize, y: usize, width: i32): f64 {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  let i = 0
  for (; i <= width - 4; i += 4) {
    const at = (<usize>i) << 2
    const a = v128.load(x + at)
    const b = v128.load(y + at)
    low = f64x2.add(low, f64x2.mul(lower(a), lower(b)))
    high = f64x2.add(high, f64x2.mul(upper(a), upper(b)))
  }
  const sums = f64x2.add(low, high)
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  for (; i < width; i++) {
    const at = (<usize>i) << 2
    sum += <f64>load<f32>(x + at) * <f64>load<f32>(y + at)
  }
  return sum
}

/** 1/‖x‖; 0 for zeros, NaN for what is not finite. */
// @inline
function inverseLength(x: usize, width: i32): f64 {
  const squares = dot(x, x, width)
  if (squares === 0) return 0
  return squares < Infinity ? 1 / sqrt(squares) : NaN
}

/** Rows of `width` numbers. */
@unmanaged
class RowNormalisation {
  width: i32
  x: usize
  y: usize
}

@unmanaged
class RowNormalisationGradient {
  width: i32
  x: usize
  dy: usize
  dx: usize
}

/** y = x/‖x‖, rows first…end − 1. */
export function rowNormalize(problem: RowNormalisation, first: i32, end: i32): void {
  const x = problem.x
  const y = problem.y
  const width = problem.width
  const bytes = (<usize>width) << 2
  for (let row = first; row < end; row++) {
    const from = x + <usize>row * bytes
    const to = y + <usize>row * bytes
    const inverse = inverseLength(from, width)
    const wide = f64x2.splat(inverse)
    let at: usize = 0
    for (; at + 16 <= bytes; at += 16) {
      const numbers = v128.load(from + at)
      v128.store(to + at, rounded(f64x2.mul(lower(numbers), wide), f64x2.mul(upper(numbers), wide)))
    }
    for (; at < bytes; at += 4) store<f32>(to + at, <f32>(<f64>load<f32>(from + at) * inverse))
  }
}

/** dx = (dy − y·(yᵀdy))/‖x‖ with y = x/‖x‖, rows first…end − 1. */
export function rowNormalizeGradient(problem: RowNormalisationGradient, first: i32, end: i32): void {
  const x = problem.x
  const dy = problem.dy
  const dx = problem.dx
  const width = problem.width
  const bytes = (<usize>width) << 2
  for (let row = first; row < end; row++) {
    const offset = <usize>row * bytes
    const from = x + offset
    const by = dy + offset
    const to = dx + offset
    const inverse = inverseLength(from, width)
    if (inverse === 0) {
      for (let at: usize = 0; at < bytes; at += 4) store<f32>(to + at, 0)
      continue
    }
    const along = dot(from, by, width) * inverse * inverse
    const wide = f64x2.splat(inverse)
    const wideAlong = f64x2.splat(along)
    let at: usize = 0
    for (; at + 16 <= bytes; at += 16) {
      const numbers = v128.load(from + at)
      const slopes = v128.load(by + at)
      const low = f64x2.sub(lower(slopes), f64x2.mul(lower(numbers), wideAlong))
      const high = f64x2.sub(upper(slopes), f64x2.mul(upper(numbers), wideAlong))
      v128.store(to + at, rounded(f64x2.mul(low, wide), f64x2.mul(high, wide)))
    }
    for (; at < bytes; at += 4) {
      const across = <f64>load<f32>(by + at) - <f64>load<f32>(from + at) * along
      store<f32>(to + at, <f32>(across * inverse))
    }
  }
}
