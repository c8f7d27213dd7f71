// Noise-contrastive estimation's logistic loss, a data row and its noise rows at a time.

import { sigmoid4, softplus4 } from './activations'

/** n data rows with `perData` noise rows each; shift = log ν, weight = ν/perData. */
@unmanaged
class BinaryNce {
  data: usize
  noise: usize
  n: i32
  perData: i32
  shift: f32
  weight: f32
}

@unmanaged
class BinaryNceLosses extends BinaryNce {
  losses: usize
}

@unmanaged
class BinaryNceGradient extends BinaryNce {
  dy: usize
  ddata: usize
  dnoise: usize
}

/** losses[i] = softplus(shift − data[i]) + weight·Σ_j softplus(noise[i·perData + j] − shift), j < perData. */
export function binaryNce(problem: BinaryNceLosses): void {
  const perData = problem.perData
  const wide = f32x4.splat(problem.shift)
  for (let i = 0; i < problem.n; i++) {
    const row = problem.noise + ((<usize>i * <usize>perData) << 2)
    let sums = f32x4.splat(0)
    let j = 0
    for (; j <= perData - 4; j += 4) {
      sums = f32x4.add(sums, softplus4(f32x4.sub(v128.load(row + ((<usize>j) << 2)), wide)))
    }
    let sum =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
    for (; j < perData; j++) {
      sum += f32x4.extract_lane(softplus4(f32x4.sub(v128.load32_splat(row + ((<usize>j) << 2)), wide)), 0)
    }
    const at = (<usize>i) << 2
    const ofData = f32x4.extract_lane(softplus4(f32x4.sub(wide, v128.load32_splat(problem.data + at))), 0)
    store<f32>(problem.losses + at, ofData + problem.weight * sum)
  }
}

/** ddata = −dy·σ(shift − data); dnoise = dy·weight·σ(noise − shift), dy that of its data row. */
export function binaryNceGradient(problem: BinaryNceGradient): void {
  const noise = problem.noise
  const dnoise = problem.dnoise
  const perData = problem.perData
  const wide = f32x4.splat(problem.shift)
  for (let i = 0; i < problem.n; i++) {
    const at = (<usize>i) << 2
    const slope = f32x4.extract_lane(sigmoid4(f32x4.sub(wide, v128.load32_splat(problem.data + at))), 0)
    const d = load<f32>(problem.dy + at)
    store<f32>(problem.ddata + at, -d * slope)
    const factor = f32x4.splat(d * problem.weight)
    const offset = (<usize>i * <usize>perData) << 2
    let j = 0
    for (; j <= perData - 4; j += 4) {
      const from = offset + ((<usize>j) << 2)
      v128.store(dnoise + from, f32x4.mul(factor, sigmoid4(f32x4.sub(v128.load(noise + from), wide))))
    }
    for (; j < perData; j++) {
      const from = offset + ((<usize>j) << 2)
      v128.store32_lane(
        dnoise + from,
        f32x4.mul(factor, sigmoid4(f32x4.sub(v128.load32_splat(noise + from), wide))),
        0,
      )
    }
  }
}
