// e^x and log x without tables, since the module has no data of its own.

import { multiplyAdd } from '../multiply-add'

/** Adding and subtracting 1.5·2²³ rounds to a whole number, whose lowest bits are then those of the sum. */
const ROUNDER: f32 = 12582912
const LOG2E: f32 = 1.4426950408889634
/** log 2 in two parts: the first has few digits, so that k times it is exact. */
const LN2_HIGH: f32 = 0.693145751953125
const LN2_LOW: f32 = 1.428606765330187e-6
/** From here on k is −127, whose power of two is written as 0. */
const LOWEST: f32 = -88

/**
 * e^x of four numbers up to 88, within 1 unit in the last place (measured: 0.97) where e^x is a normal number;
 * 0 below −87.7 and at −∞, NaN at NaN.
 *
 * x = k·log 2 + r with |r| ≤ ½ log 2, and e^r = 1 + r + r²·q(r): q by a minimax fit of the relative error (4e-9).
 */
// @inline
export function exp4(x: v128): v128 {
  // pmax keeps a NaN that is its first argument.
  const bounded = f32x4.pmax(x, f32x4.splat(LOWEST))
  const shifted = multiplyAdd(bounded, f32x4.splat(LOG2E), f32x4.splat(ROUNDER))
  const k = f32x4.sub(shifted, f32x4.splat(ROUNDER))
  const near = multiplyAdd(k, f32x4.splat(-LN2_HIGH), bounded)
  const r = multiplyAdd(k, f32x4.splat(-LN2_LOW), near)
  let q = multiplyAdd(r, f32x4.splat(0.0013814467238262296), f32x4.splat(0.008368780836462975))
  q = multiplyAdd(q, r, f32x4.splat(0.04166839271783829))
  q = multiplyAdd(q, r, f32x4.splat(0.1666651964187622))
  q = multiplyAdd(q, r, f32x4.splat(0.4999999403953552))
  const power = f32x4.add(multiplyAdd(f32x4.mul(r, r), q, r), f32x4.splat(1))
  const scale = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(127 << 23))
  return f32x4.mul(power, scale)
}

/** e^x in 64 bits; 0 below −700, ∞ above 709. */
export function exp(x: f64): f64 {
  if (!(x >= -700)) return x < -700 ? 0 : x
  if (x > 709) return Infinity
  const k = nearest<f64>(x * 1.4426950408889634)
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10
  // Taylor's series: the next term is below 5e-18.
  let sum: f64 = 1.6059043836821613e-10
  sum = sum * r + 2.08767569878681e-9
  sum = sum * r + 2.505210838544172e-8
  sum = sum * r + 2.755731922398589e-7
  sum = sum * r + 2.7557319223985893e-6
  sum = sum * r + 2.48015873015873e-5
  sum = sum * r + 0.0001984126984126984
  sum = sum * r + 0.001388888888888889
  sum = sum * r + 0.008333333333333333
  sum = sum * r + 0.041666666666666664
  sum = sum * r + 0.16666666666666666
  sum = sum * r + 0.5
  sum = sum * r + 1
  sum = sum * r + 1
  return sum * reinterpret<f64>((<i64>k + 1023) << 52)
}

/** log x in 64 bits, for x = 0, normal numbers, ∞ and NaN. */
export function log(x: f64): f64 {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  const bits = reinterpret<i64>(x)
  let exponent = <i32>(bits >> 52) - 1023
  let mantissa = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000)
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5
    exponent++
  }
  // log m = 2 artanh s, |s| ≤ 0.172: the series' 12th term is below 1e-18.
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let sum: f64 = 0
  for (let term = 23; term > 0; term -= 2) sum = sum * square + 1 / <f64>term
  return <f64>exponent * 0.6931471805599453 + 2 * s * sum
}
