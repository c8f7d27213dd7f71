// Activations and their gradients, four numbers at a time. Which one is asked per vector: the branch is always the same.

import { exp4 } from './pairwise/exponential'

export const SILU: i32 = 3
export const GELU: i32 = 4
export const SOFTPLUS: i32 = 5

/** 1/(1 + e^−x), by e^−|x|, which never overflows. */
// @inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1)
  const e = exp4(f32x4.neg(f32x4.abs(x)))
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(e, one))
}

/**
 * Φ(x), the normal distribution, given e^(−x²/2): Abramowitz and Stegun 7.1.26, whose error is below 7.5e-8. The tail
 * is computed, never 1 less something near 1.
 */
// @inline
function cumulative4(x: v128, bell: v128): v128 {
  const one = f32x4.splat(1)
  const away = f32x4.mul(f32x4.abs(x), f32x4.splat(0.23164189))
  const t = f32x4.div(one, f32x4.add(one, away))
  let tail = f32x4.add(f32x4.mul(t, f32x4.splat(1.061405429)), f32x4.splat(-1.453152027))
  tail = f32x4.add(f32x4.mul(t, tail), f32x4.splat(1.421413741))
  tail = f32x4.add(f32x4.mul(t, tail), f32x4.splat(-0.284496736))
  tail = f32x4.add(f32x4.mul(t, tail), f32x4.splat(0.254829592))
  tail = f32x4.mul(f32x4.mul(f32x4.mul(tail, t), bell), f32x4.splat(0.5))
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)))
}

// @inline
function bell4(x: v128): v128 {
  return exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)))
}

/** log(1 + u) for u from 0 to 1: twice the artanh of u/(2 + u), whose series' next term is below 1e-8. */
// @inline
function logOnePlus4(u: v128): v128 {
  const s = f32x4.div(u, f32x4.add(u, f32x4.splat(2)))
  const square = f32x4.mul(s, s)
  let sum = f32x4.splat(<f32>(1.0 / 15))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(<f32>(1.0 / 13)))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(<f32>(1.0 / 11)))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(<f32>(1.0 / 9)))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(<f32>(1.0 / 7)))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(0.2))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(<f32>(1.0 / 3)))
  sum = f32x4.mul(f32x4.mul(sum, square), s)
  return f32x4.mul(f32x4.add(sum, s), f32x4.splat(2))
}

/** max(x, 0) + log(1 + e^−|x|) */
// @inline
export function softplus4(x: v128): v128 {
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), logOnePlus4(exp4(f32x4.neg(f32x4.abs(x)))))
}

// @inline
function value(kind: i32, x: v128): v128 {
  if (kind === SILU) return f32x4.mul(x, sigmoid4(x))
  if (kind === GELU) return f32x4.mul(x, cumulative4(x, bell4(x)))
  return softplus4(x)
}

// @inline
function slope(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1)
  if (kind === GELU) {
    const bell = bell4(x)
    const density = f32x4.mul(bell, f32x4.splat(0.3989422804014327))
    return f32x4.add(cumulative4(x, bell), f32x4.mul(x, density))
  }
  const s = sigmoid4(x)
  if (kind === SOFTPLUS) return s
  return f32x4.mul(s, f32x4.add(f32x4.mul(x, f32x4.sub(one, s)), one))
}

@unmanaged
class Activation {
  kind: i32
  x: usize
  y: usize
}

@unmanaged
class ActivationGradient {
  kind: i32
  x: usize
  dy: usize
  dx: usize
}

/** y = activation(x) for numbers first…end − 1. */
export function activate(problem: Activation, first: i32, end: i32): void {
  const kind = problem.kind
  const x = problem.x
  const y = problem.y
  let i = first
  for (; i <= end - 4; i += 4) {
    const at = (<usize>i) << 2
    v128.store(y + at, value(kind, v128.load(x + at)))
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2
    v128.store32_lane(y + at, value(kind, v128.load32_splat(x + at)), 0)
  }
}

/** dx = dy·activation′(x) for numbers first…end − 1. */
export function activateGradient(problem: ActivationGradient, first: i32, end: i32): void {
  const kind = problem.kind
  const x = problem.x
  const dy = problem.dy
  const dx = problem.dx
  let i = first
  for (; i <= end - 4; i += 4) {
    const at = (<usize>i) << 2
    v128.store(dx + at, f32x4.mul(v128.load(dy + at), slope(kind, v128.load(x + at))))
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2
    v128.store32_lane(
      dx + at,
      f32x4.mul(v128.load32_splat(dy + at), slope(kind, v128.load32_splat(x + at))),
      0,
    )
  }
}
