// One step of AdamW on one tensor, in one pass over its seven rows of numbers.

/** The contract is `AdamWAttributes` of @chiaro/ops; corrections come as their inverses. */
@unmanaged
class AdamW {
  parameter: usize
  gradient: usize
  firstMoment: usize
  secondMoment: usize
  newParameter: usize
  newFirst: usize
  newSecond: usize
  learningRate: f32
  beta1: f32
  beta2: f32
  epsilon: f32
  weightDecay: f32
  inverseFirst: f32
  inverseSecond: f32
  gradientScale: f32
}

/** Numbers first…end − 1. */
export function adamw(problem: AdamW, first: i32, end: i32): void {
  const parameter = problem.parameter
  const gradient = problem.gradient
  const firstMoment = problem.firstMoment
  const secondMoment = problem.secondMoment
  const newParameter = problem.newParameter
  const newFirst = problem.newFirst
  const newSecond = problem.newSecond
  const rate = f32x4.splat(problem.learningRate)
  const keep1 = f32x4.splat(problem.beta1)
  const take1 = f32x4.splat(<f32>1 - problem.beta1)
  const keep2 = f32x4.splat(problem.beta2)
  const take2 = f32x4.splat(<f32>1 - problem.beta2)
  const small = f32x4.splat(problem.epsilon)
  const decay = f32x4.splat(problem.weightDecay)
  const wideFirst = f32x4.splat(problem.inverseFirst)
  const wideSecond = f32x4.splat(problem.inverseSecond)
  const scale = f32x4.splat(problem.gradientScale)
  let i = first
  for (; i <= end - 4; i += 4) {
    const at = (<usize>i) << 2
    const theta = v128.load(parameter + at)
    const g = f32x4.mul(scale, v128.load(gradient + at))
    const m = f32x4.add(f32x4.mul(keep1, v128.load(firstMoment + at)), f32x4.mul(take1, g))
    const v = f32x4.add(f32x4.mul(keep2, v128.load(secondMoment + at)), f32x4.mul(take2, f32x4.mul(g, g)))
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, wideSecond)), small)
    const direction = f32x4.add(f32x4.div(f32x4.mul(m, wideFirst), root), f32x4.mul(decay, theta))
    v128.store(newParameter + at, f32x4.sub(theta, f32x4.mul(rate, direction)))
    v128.store(newFirst + at, m)
    v128.store(newSecond + at, v)
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2
    const theta = load<f32>(parameter + at)
    const g = problem.gradientScale * load<f32>(gradient + at)
    const m = problem.beta1 * load<f32>(firstMoment + at) + (<f32>1 - problem.beta1) * g
    const v = problem.beta2 * load<f32>(secondMoment + at) + (<f32>1 - problem.beta2) * (g * g)
    const root = sqrt<f32>(v * problem.inverseSecond) + problem.epsilon
    const direction = (m * problem.inverseFirst) / root + problem.weightDecay * theta
    store<f32>(newParameter + at, theta - problem.learningRate * direction)
    store<f32>(newFirst + at, m)
    store<f32>(newSecond + at, v)
  }
}
