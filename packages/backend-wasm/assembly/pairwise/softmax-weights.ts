// What turns exp(z) into the gradient: for each row, and each column, a shift and a weight,
// weight·exp(z − shift) = gradient·exp(z − offset − logSumExp).

import { exp } from './exponential'

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
    const at = (<usize>i) << 2
    const base = <f64>load<f32>(logSumExp + at)
    const total = offset === 0 ? base : base + <f64>load<f32>(offset + at)
    const shift = <f32>total
    const rest = <f64>shift - total
    const weight = load<f32>(gradient + at)
    store<f32>(shifts + at, shift)
    store<f32>(weights + at, rest === 0 || F64.isNaN(rest) ? weight : <f32>(<f64>weight * exp(rest)))
  }
}

/** out[i] = weight·exp(reference − shift), what exp(z − reference) is multiplied by. */
export function referredWeights(
  references: usize,
  shifts: usize,
  weights: usize,
  count: i32,
  out: usize,
): void {
  for (let i = 0; i < count; i++) {
    const at = (<usize>i) << 2
    const weight = load<f32>(weights + at)
    const distance = <f64>load<f32>(references + at) - <f64>load<f32>(shifts + at)
    store<f32>(out + at, weight === 0 ? 0 : <f32>(<f64>weight * exp(distance)))
  }
}
