// One step of LARS on one tensor: two norms, then the update.

/** Σ x², in 64 bits. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const numbers = v128.load(x + (<usize>i << 2))
    const first = f64x2.promote_low_f32x4(numbers)
    const second = f64x2.promote_low_f32x4(i8x16.shuffle(numbers, numbers, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15))
    low = f64x2.add(low, f64x2.mul(first, first))
    high = f64x2.add(high, f64x2.mul(second, second))
  }
  const sums = f64x2.add(low, high)
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  for (; i < count; i++) {
    const value = <f64>load<f32>(x + (<usize>i << 2))
    total += value * value
  }
  return total
}

/** The contract is `LarsAttributes` of @chiaro/ops. */
export function lars(
  parameter: usize, gradient: usize, momentum: usize, newParameter: usize, newMomentum: usize, count: i32,
  learningRate: f32, keep: f32, weightDecay: f32, trustCoefficient: f32, gradientScale: f32,
): void {
  const scale = f32x4.splat(gradientScale)
  const decay = f32x4.splat(weightDecay)
  let rate = learningRate
  if (trustCoefficient != 0) {
    let squares: f64 = 0
    for (let at: usize = 0; at < <usize>count << 2; at += 4) {
      const g = gradientScale * load<f32>(gradient + at) + weightDecay * load<f32>(parameter + at)
      squares += <f64>g * <f64>g
    }
    const ofParameter = sumOfSquares(parameter, count)
    if (ofParameter > 0 && squares > 0) rate *= trustCoefficient * <f32>(sqrt(ofParameter) / sqrt(squares))
  }
  const wideRate = f32x4.splat(rate)
  const wideKeep = f32x4.splat(keep)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = <usize>i << 2
    const theta = v128.load(parameter + at)
    const g = f32x4.add(f32x4.mul(scale, v128.load(gradient + at)), f32x4.mul(decay, theta))
    const u = f32x4.add(f32x4.mul(wideKeep, v128.load(momentum + at)), f32x4.mul(wideRate, g))
    v128.store(newParameter + at, f32x4.sub(theta, u))
    v128.store(newMomentum + at, u)
  }
  for (; i < count; i++) {
    const at = <usize>i << 2
    const theta = load<f32>(parameter + at)
    const g = gradientScale * load<f32>(gradient + at) + weightDecay * theta
    const u = keep * load<f32>(momentum + at) + rate * g
    store<f32>(newParameter + at, theta - u)
    store<f32>(newMomentum + at, u)
  }
}
