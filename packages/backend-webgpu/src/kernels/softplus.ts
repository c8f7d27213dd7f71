import { StableSoftplus, StableSoftplusGrad } from '@chiaro/ops'
import { runElementwise } from '../gpu-program.ts'
import { notANumber } from '../not-a-number.ts'
import type { GpuKernel } from '../register.ts'

/**
 * log1p(t) for 0 ≤ t ≤ 1 as 2·artanh(t / (2 + t)), by its series: with s ≤ 1/3 the first term left out is below
 * 2⁻²⁷ of the sum. Nothing cancels, so that a compiler free to reassociate spoils nothing.
 */
const log1p = `
  fn log1p(t : f32) -> f32 {
    let s = t / (2.0 + t);
    let q = s * s;
    let series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0
      + q * (1.0 / 11.0 + q * (1.0 / 13.0 + q / 15.0))))));
    return 2.0 * s * series;
  }`

/** y = max(x, 0) + log1p(e^−|x|). */
export const softplus: GpuKernel = {
  op: StableSoftplus,
  kernel: (backend, { x }) => [
    runElementwise(backend, {
      key: 'softplus',
      inputs: { x },
      shape: x.shape,
      code: `${log1p} ${notANumber}
        fn main(index : i32) {
          if (index >= uniforms.count) { return; }
          let value = x[index];
          if (isNotANumber(value)) { result[index] = value; return; }
          result[index] = max(value, 0.0) + log1p(exp(-abs(value)));
        }`,
    }),
  ],
}

/** dx = dy·σ(x). */
export const softplusGrad: GpuKernel = {
  op: StableSoftplusGrad,
  kernel: (backend, { x, dy }) => [
    runElementwise(backend, {
      key: 'softplusGrad',
      inputs: { x, dy },
      shape: x.shape,
      code: `${notANumber}
        fn main(index : i32) {
          if (index >= uniforms.count) { return; }
          let value = x[index];
          if (isNotANumber(value)) { result[index] = value; return; }
          let small = exp(-abs(value));
          result[index] = dy[index] * select(small, 1.0, value >= 0.0) / (1.0 + small);
        }`,
    }),
  ],
}
