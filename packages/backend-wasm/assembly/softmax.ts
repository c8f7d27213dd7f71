// Log-sum-exp and softmax along rows. An infinite maximum stands at 0 (nothing but −∞) or at the largest float32, so
// that no difference of infinities is taken.

import { exp4, log } from './pairwise/exponential'

const LARGEST: f32 = 3.4028234663852886e38

function rowMaximum(x: usize, width: i32): f32 {
  let wide = f32x4.splat(-Infinity)
  let i = 0
  // max, not pmax: a NaN must stay.
  for (; i <= width - 4; i += 4) wide = f32x4.max(wide, v128.load(x + ((<usize>i) << 2)))
  let maximum = max<f32>(
    max<f32>(f32x4.extract_lane(wide, 0), f32x4.extract_lane(wide, 1)),
    max<f32>(f32x4.extract_lane(wide, 2), f32x4.extract_lane(wide, 3)),
  )
  for (; i < width; i++) maximum = max<f32>(maximum, load<f32>(x + ((<usize>i) << 2)))
  return maximum
}

/** What exponents are taken from. */
// @inline
function shiftOf(maximum: f32): f32 {
  return maximum === -Infinity ? 0 : min<f32>(maximum, LARGEST)
}

// @inline
function term4(x: v128, shift: v128): v128 {
  return exp4(f32x4.sub(f32x4.min(x, f32x4.splat(LARGEST)), shift))
}

/** Σ exp(x − shift) */
function rowTotal(x: usize, width: i32, shift: f32): f32 {
  const wide = f32x4.splat(shift)
  let sums = f32x4.splat(0)
  let i = 0
  for (; i <= width - 4; i += 4) sums = f32x4.add(sums, term4(v128.load(x + ((<usize>i) << 2)), wide))
  let total =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  for (; i < width; i++) total += f32x4.extract_lane(term4(v128.load32_splat(x + ((<usize>i) << 2)), wide), 0)
  return total
}

/** Rows of `width` numbers. */
@unmanaged
class RowLogSumExp {
  width: i32
  x: usize
  out: usize
}

/** x are the numbers, or their softmax. */
@unmanaged
class RowSoftmaxGradient {
  width: i32
  x: usize
  dy: usize
  dx: usize
}

/** out[row] = log Σ_j exp(x[row, j]) for rows first…end − 1. */
export function rowLogSumExp(problem: RowLogSumExp, first: i32, end: i32): void {
  const width = problem.width
  for (let row = first; row < end; row++) {
    const at = problem.x + ((<usize>row * <usize>width) << 2)
    const maximum = rowMaximum(at, width)
    const shift = shiftOf(maximum)
    const value = maximum === Infinity ? maximum : <f32>(log(<f64>rowTotal(at, width, shift)) + <f64>shift)
    store<f32>(problem.out + ((<usize>row) << 2), value)
  }
}

/** dx[row, j] = dy[row]·softmax(x[row])_j for rows first…end − 1; 0 where a row is nothing but −∞. */
export function rowLogSumExpGradient(problem: RowSoftmaxGradient, first: i32, end: i32): void {
  const width = problem.width
  for (let row = first; row < end; row++) {
    const offset = (<usize>row * <usize>width) << 2
    const from = problem.x + offset
    const to = problem.dx + offset
    const maximum = rowMaximum(from, width)
    const shift = shiftOf(maximum)
    const total: f32 = maximum === -Infinity ? <f32>1 : rowTotal(from, width, shift)
    const wide = f32x4.splat(shift)
    const factor = f32x4.splat(load<f32>(problem.dy + ((<usize>row) << 2)) / total)
    let i = 0
    for (; i <= width - 4; i += 4) {
      const at = (<usize>i) << 2
      v128.store(to + at, f32x4.mul(factor, term4(v128.load(from + at), wide)))
    }
    for (; i < width; i++) {
      const at = (<usize>i) << 2
      v128.store32_lane(to + at, f32x4.mul(factor, term4(v128.load32_splat(from + at), wide)), 0)
    }
  }
}

/** dx = p∘(dy − Σ_j dy_j·p_j) for rows first…end − 1 of a softmax p = x. */
export function softmaxGradient(problem: RowSoftmaxGradient, first: i32, end: i32): void {
  const width = problem.width
  for (let row = first; row < end; row++) {
    const offset = (<usize>row * <usize>width) << 2
    const from = problem.x + offset
    const line = problem.dy + offset
    const to = problem.dx + offset
    let sums = f32x4.splat(0)
    let i = 0
    for (; i <= width - 4; i += 4) {
      const at = (<usize>i) << 2
      sums = f32x4.add(sums, f32x4.mul(v128.load(from + at), v128.load(line + at)))
    }
    let along =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
    for (; i < width; i++) along += load<f32>(from + ((<usize>i) << 2)) * load<f32>(line + ((<usize>i) << 2))
    const wide = f32x4.splat(along)
    for (i = 0; i <= width - 4; i += 4) {
      const at = (<usize>i) << 2
      v128.store(to + at, f32x4.mul(v128.load(from + at), f32x4.sub(v128.load(line + at), wide)))
    }
    for (; i < width; i++) {
      const at = (<usize>i) << 2
      store<f32>(to + at, load<f32>(from + at) * (load<f32>(line + at) - along))
    }
  }
}
