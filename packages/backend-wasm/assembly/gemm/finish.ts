// What follows a product, while its rows are still in the cache.

export const LINEAR: i32 = 0
export const RELU: i32 = 1
export const RELU6: i32 = 2

/** row[j] becomes activation(row[j] + bias[j]); no bias where its address is 0. NaN stays NaN. */
export function finishRow(row: usize, bias: usize, count: i32, activation: i32): void {
  const zero = f32x4.splat(0)
  const six = f32x4.splat(activation === RELU6 ? 6 : Infinity)
  const bytes = (<usize>count) << 2
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    let x = v128.load(row + at)
    if (bias !== 0) x = f32x4.add(x, v128.load(bias + at))
    if (activation !== LINEAR) x = f32x4.min(f32x4.max(x, zero), six)
    v128.store(row + at, x)
  }
  for (; at < bytes; at += 4) {
    let x = load<f32>(row + at)
    if (bias !== 0) x += load<f32>(bias + at)
    if (activation !== LINEAR) x = min<f32>(max<f32>(x, 0), activation === RELU6 ? 6 : Infinity)
    store<f32>(row + at, x)
  }
}
