// Layer normalisation of rows, and its gradient. Means and variances are added up in 64 bits, in two passes.

import { sumRun } from './sums'

/** y = scale∘(x − mean)/√(variance + epsilon) + offset along rows of x [rows, width]; scale [width]. */
@unmanaged
class NormalisedRows {
  width: i32
  epsilon: f32
  x: usize
  scale: usize
}

@unmanaged
class LayerNormalisation extends NormalisedRows {
  offset: usize
  y: usize
}

/** Each row's mean and 1/√(variance + epsilon) lie at `moments`, two numbers a row. */
@unmanaged
class LayerNormalisationGradient extends NormalisedRows {
  rows: i32
  dy: usize
  dx: usize
  dscale: usize
  doffset: usize
  moments: usize
}

/** The mean of a row. */
// @inline
function meanOf(x: usize, width: i32): f32 {
  return <f32>(sumRun(x, width) / <f64>width)
}

/** 1/√(variance + epsilon), the variance about a mean that is known. */
function inverseDeviation(x: usize, width: i32, mean: f32, epsilon: f32): f32 {
  const centre = f32x4.splat(mean)
  let sums = f32x4.splat(0)
  let i = 0
  for (; i <= width - 4; i += 4) {
    const centred = f32x4.sub(v128.load(x + ((<usize>i) << 2)), centre)
    sums = f32x4.add(sums, f32x4.mul(centred, centred))
  }
  let total =
    <f64>f32x4.extract_lane(sums, 0) +
    <f64>f32x4.extract_lane(sums, 1) +
    (<f64>f32x4.extract_lane(sums, 2) + <f64>f32x4.extract_lane(sums, 3))
  for (; i < width; i++) {
    const centred = load<f32>(x + ((<usize>i) << 2)) - mean
    total += <f64>(centred * centred)
  }
  return <f32>(1 / sqrt(total / <f64>width + <f64>epsilon))
}

/** y of the rows first…end − 1. */
export function layerNorm(problem: LayerNormalisation, first: i32, end: i32): void {
  const x = problem.x
  const y = problem.y
  const scale = problem.scale
  const offset = problem.offset
  const width = problem.width
  for (let row = first; row < end; row++) {
    const at = (<usize>row * <usize>width) << 2
    const mean = meanOf(x + at, width)
    const inverse = inverseDeviation(x + at, width, mean, problem.epsilon)
    const centre = f32x4.splat(mean)
    const wide = f32x4.splat(inverse)
    let i = 0
    for (; i <= width - 4; i += 4) {
      const j = (<usize>i) << 2
      const unit = f32x4.mul(f32x4.sub(v128.load(x + at + j), centre), wide)
      v128.store(y + at + j, f32x4.add(f32x4.mul(unit, v128.load(scale + j)), v128.load(offset + j)))
    }
    for (; i < width; i++) {
      const j = (<usize>i) << 2
      const unit = (load<f32>(x + at + j) - mean) * inverse
      store<f32>(y + at + j, unit * load<f32>(scale + j) + load<f32>(offset + j))
    }
  }
}

/** dx = (d − mean(d) − x̂·mean(d∘x̂))/√(variance + epsilon) with d = dy∘scale, and moments, of the rows first…end − 1. */
export function layerNormGradient(problem: LayerNormalisationGradient, first: i32, end: i32): void {
  const x = problem.x
  const dy = problem.dy
  const dx = problem.dx
  const scale = problem.scale
  const width = problem.width
  for (let row = first; row < end; row++) {
    const at = (<usize>row * <usize>width) << 2
    const mean = meanOf(x + at, width)
    const inverse = inverseDeviation(x + at, width, mean, problem.epsilon)
    store<f32>(problem.moments + ((<usize>row) << 3), mean)
    store<f32>(problem.moments + ((<usize>row) << 3), inverse, 4)
    let sum: f64 = 0
    let along: f64 = 0
    for (let j: usize = 0; j < (<usize>width) << 2; j += 4) {
      const d = load<f32>(dy + at + j) * load<f32>(scale + j)
      sum += <f64>d
      along += <f64>(d * ((load<f32>(x + at + j) - mean) * inverse))
    }
    const meanOfD = <f32>(sum / <f64>width)
    const meanAlong = <f32>(along / <f64>width)
    for (let j: usize = 0; j < (<usize>width) << 2; j += 4) {
      const d = load<f32>(dy + at + j) * load<f32>(scale + j)
      const unit = (load<f32>(x + at + j) - mean) * inverse
      store<f32>(dx + at + j, (d - meanOfD - unit * meanAlong) * inverse)
    }
  }
}

/** dscale[j] = Σ_rows dy·x̂ and doffset[j] = Σ_rows dy for columns first…end − 1, in the order of the rows. */
export function layerNormParameterGradients(problem: LayerNormalisationGradient, first: i32, end: i32): void {
  const x = problem.x
  const dy = problem.dy
  const dscale = problem.dscale
  const doffset = problem.doffset
  const width = problem.width
  for (let column = first; column < end; column++) {
    const at = (<usize>column) << 2
    store<f32>(dscale + at, 0)
    store<f32>(doffset + at, 0)
  }
  for (let row = 0; row < problem.rows; row++) {
    const line = (<usize>row * <usize>width) << 2
    const mean = load<f32>(problem.moments + ((<usize>row) << 3))
    const inverse = load<f32>(problem.moments + ((<usize>row) << 3), 4)
    const centre = f32x4.splat(mean)
    const wide = f32x4.splat(inverse)
    let i = first
    for (; i <= end - 4; i += 4) {
      const at = (<usize>i) << 2
      const d = v128.load(dy + line + at)
      const unit = f32x4.mul(f32x4.sub(v128.load(x + line + at), centre), wide)
      v128.store(dscale + at, f32x4.add(v128.load(dscale + at), f32x4.mul(d, unit)))
      v128.store(doffset + at, f32x4.add(v128.load(doffset + at), d))
    }
    for (; i < end; i++) {
      const at = (<usize>i) << 2
      const d = load<f32>(dy + line + at)
      const unit = (load<f32>(x + line + at) - mean) * inverse
      store<f32>(dscale + at, load<f32>(dscale + at) + d * unit)
      store<f32>(doffset + at, load<f32>(doffset + at) + d)
    }
  }
}
