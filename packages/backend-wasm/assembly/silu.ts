// x·σ(x) and its gradient, four numbers at a time.

import { exp4 } from './pairwise/exponential'

/** 1/(1 + e^−x), by e^−|x|, which never overflows. */
@inline
function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1)
  const e = exp4(f32x4.neg(f32x4.abs(x)))
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(e, one))
}

@inline
function value(x: v128): v128 {
  return f32x4.mul(x, sigmoid4(x))
}

@inline
function slope(x: v128, dy: v128): v128 {
  const one = f32x4.splat(1)
  const s = sigmoid4(x)
  return f32x4.mul(dy, f32x4.mul(s, f32x4.add(f32x4.mul(x, f32x4.sub(one, s)), one)))
}

/** y = x·σ(x) */
export function silu(x: usize, y: usize, count: i32): void {
  let at: usize = 0
  const whole = <usize>(count & ~3) << 2
  for (; at < whole; at += 16) v128.store(y + at, value(v128.load(x + at)))
  const end = <usize>count << 2
  for (; at < end; at += 4) v128.store32_lane(y + at, value(v128.load32_splat(x + at)), 0)
}

/** dx = dy·σ(x)·(1 + x·(1 − σ(x))) */
export function siluGradient(x: usize, dy: usize, dx: usize, count: i32): void {
  let at: usize = 0
  const whole = <usize>(count & ~3) << 2
  for (; at < whole; at += 16) v128.store(dx + at, slope(v128.load(x + at), v128.load(dy + at)))
  const end = <usize>count << 2
  for (; at < end; at += 4) {
    v128.store32_lane(dx + at, slope(v128.load32_splat(x + at), v128.load32_splat(dy + at)), 0)
  }
}
