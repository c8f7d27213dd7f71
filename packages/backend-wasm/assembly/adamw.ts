// One step of AdamW on one tensor, in one pass over its seven rows of numbers.

/** The contract is `AdamWAttributes` of @chiaro/ops; corrections come as their inverses. */
export function adamw(
  parameter: usize,
  gradient: usize,
  firstMoment: usize,
  secondMoment: usize,
  newParameter: usize,
  newFirst: usize,
  newSecond: usize,
  count: i32,
  learningRate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  weightDecay: f32,
  inverseFirst: f32,
  inverseSecond: f32,
  gradientScale: f32,
): void {
  const rate = f32x4.splat(learningRate)
  const keep1 = f32x4.splat(beta1)
  const take1 = f32x4.splat(<f32>1 - beta1)
  const keep2 = f32x4.splat(beta2)
  const take2 = f32x4.splat(<f32>1 - beta2)
  const small = f32x4.splat(epsilon)
  const decay = f32x4.splat(weightDecay)
  const first = f32x4.splat(inverseFirst)
  const second = f32x4.splat(inverseSecond)
  const scale = f32x4.splat(gradientScale)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = (<usize>i) << 2
    const theta = v128.load(parameter + at)
    const g = f32x4.mul(scale, v128.load(gradient + at))
    const m = f32x4.add(f32x4.mul(keep1, v128.load(firstMoment + at)), f32x4.mul(take1, g))
    const v = f32x4.add(f32x4.mul(keep2, v128.load(secondMoment + at)), f32x4.mul(take2, f32x4.mul(g, g)))
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, second)), small)
    const direction = f32x4.add(f32x4.div(f32x4.mul(m, first), root), f32x4.mul(decay, theta))
    v128.store(newParameter + at, f32x4.sub(theta, f32x4.mul(rate, direction)))
    v128.store(newFirst + at, m)
    v128.store(newSecond + at, v)
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2
    const theta = load<f32>(parameter + at)
    const g = gradientScale * load<f32>(gradient + at)
    const m = beta1 * load<f32>(firstMoment + at) + (<f32>1 - beta1) * g
    const v = beta2 * load<f32>(secondMoment + at) + (<f32>1 - beta2) * (g * g)
    const direction = (m * inverseFirst) / (sqrt<f32>(v * inverseSecond) + epsilon) + weightDecay * theta
    store<f32>(newParameter + at, theta - learningRate * direction)
    store<f32>(newFirst + at, m)
    store<f32>(newSecond + at, v)
  }
}
