// One step of LARS on one tensor: two norms, then the update.

/** The squares of four numbers, in 64 bits, added to the two sums. */
// @inline
function addSquares(numbers: v128, sums: v128): v128 {
  const low = f64x2.promote_low_f32x4(numbers)
  const high = f64x2.promote_low_f32x4(
    i8x16.shuffle(numbers, numbers, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15),
  )
  return f64x2.add(sums, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)))
}

/** Σ x², in 64 bits. */
export function sumOfSquares(x: usize, count: i32): f64 {
  return sumOfLine(x, x, count, 1, 0)
}

/** Σ (scale·x + factor·y)², in 64 bits. */
function sumOfLine(x: usize, y: usize, count: i32, scale: f32, factor: f32): f64 {
  const wideScale = f32x4.splat(scale)
  const wideFactor = f32x4.splat(factor)
  let sums = f64x2.splat(0)
  const end = (<usize>count) << 2
  let at: usize = 0
  for (; at + 16 <= end; at += 16) {
    const line = f32x4.mul(wideScale, v128.load(x + at))
    sums = addSquares(factor === 0 ? line : f32x4.add(line, f32x4.mul(wideFactor, v128.load(y + at))), sums)
  }
  for (; at < end; at += 4) {
    const line = f32x4.mul(wideScale, v128.load32_zero(x + at))
    sums = addSquares(
      factor === 0 ? line : f32x4.add(line, f32x4.mul(wideFactor, v128.load32_zero(y + at))),
      sums,
    )
  }
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
}

/** The contract is `LarsAttributes` of @chiaro/ops. */
@unmanaged
class Lars {
  parameter: usize
  gradient: usize
  velocity: usize
  newParameter: usize
  newVelocity: usize
  count: i32
  learningRate: f32
  momentum: f32
  weightDecay: f32
  trustCoefficient: f32
  gradientScale: f32
}

export function lars(problem: Lars): void {
  const parameter = problem.parameter
  const gradient = problem.gradient
  const velocity = problem.velocity
  const newParameter = problem.newParameter
  const newVelocity = problem.newVelocity
  const count = problem.count
  const gradientScale = problem.gradientScale
  const weightDecay = problem.weightDecay
  const scale = f32x4.splat(gradientScale)
  const decay = f32x4.splat(weightDecay)
  let rate = problem.learningRate
  if (problem.trustCoefficient !== 0) {
    const squares = sumOfLine(gradient, parameter, count, gradientScale, weightDecay)
    const ofParameter = sumOfSquares(parameter, count)
    if (ofParameter > 0 && squares > 0)
      rate *= problem.trustCoefficient * <f32>(sqrt(ofParameter) / sqrt(squares))
  }
  const wideRate = f32x4.splat(rate)
  const wideKeep = f32x4.splat(problem.momentum)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = (<usize>i) << 2
    const theta = v128.load(parameter + at)
    const g = f32x4.add(f32x4.mul(scale, v128.load(gradient + at)), f32x4.mul(decay, theta))
    const u = f32x4.add(f32x4.mul(wideKeep, v128.load(velocity + at)), f32x4.mul(wideRate, g))
    v128.store(newParameter + at, f32x4.sub(theta, u))
    v128.store(newVelocity + at, u)
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    const theta = load<f32>(parameter + at)
    const g = gradientScale * load<f32>(gradient + at) + weightDecay * theta
    const u = problem.momentum * load<f32>(velocity + at) + rate * g
    store<f32>(newParameter + at, theta - u)
    store<f32>(newVelocity + at, u)
  }
}
