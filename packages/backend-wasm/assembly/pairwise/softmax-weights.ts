// What turns exp(z) into the gradient: for each row, and each column, a shift and a weight,
// weight·exp(z − shift) = gradient·exp(z − offset − logSumExp).

import { exp } from './exponential'

/** Shifts that differ by at most twice this from each other are served by one exponential. */
const SPREAD: f32 = 16

/** The sum of offset and log-sum-exp is rounded for the shift; what that loses goes to the weight. */
export function shiftsAndWeights(
  logSumExp: usize,
  offset: usize,
  gradient: usize,
  count: i32,
  shifts: usize,
  weights: usize,
): void {
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2
    const base = <f64>load<f32>(logSumExp + at)
    const total = offset == 0 ? base : base + <f64>load<f32>(offset + at)
    const shift = <f32>total
    const rest = <f64>shift - total
    const weight = load<f32>(gradient + at)
    store<f32>(shifts + at, shift)
    store<f32>(weights + at, rest == 0 || rest != rest ? weight : <f32>(<f64>weight * exp(rest)))
  }
}

let lowest: f32 = 0
let highest: f32 = 0

function widen(shifts: usize, weights: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2
    if (load<f32>(weights + at) == 0) continue
    const shift = load<f32>(shifts + at)
    lowest = min(lowest, shift)
    highest = max(highest, shift)
  }
}

/**
 * The one shift that serves these rows and columns, those of weight 0 aside; NaN where they lie too far apart.
 */
export function sharedShift(
  rowShifts: usize,
  rowWeights: usize,
  rows: i32,
  columnShifts: usize,
  columnWeights: usize,
  columns: i32,
): f32 {
  lowest = Infinity
  highest = -Infinity
  widen(rowShifts, rowWeights, rows)
  widen(columnShifts, columnWeights, columns)
  if (lowest == Infinity && highest == -Infinity) return 0
  const half = (highest - lowest) * 0.5
  return half <= SPREAD ? lowest + half : NaN
}

/** out[i] = weight·exp(c − shift) */
export function sharedWeights(c: f32, shifts: usize, weights: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2
    const weight = load<f32>(weights + at)
    const factor = weight == 0 ? 0 : exp(<f64>c - <f64>load<f32>(shifts + at))
    store<f32>(out + at, <f32>(<f64>weight * factor))
  }
}
