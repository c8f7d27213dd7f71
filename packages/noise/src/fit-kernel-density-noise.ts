import type * as tf from '@tensorflow/tfjs-core'
import { readRows } from './host-rows.ts'
import {
  type KernelDensityNoiseOptions,
  type KernelDensityNoiseSpec,
  kernelDensityNoise,
} from './kernel-density-noise.ts'
import type { Noise } from './noise.ts'

/**
 * `kernelDensityNoise` about every row of x. A draw costs nothing, a log-density one kernel a row: give it some thousands.
 *
 * @param x float32 [n, d]; rows that the model is not trained on, or their own kernels make them look like noise
 * @throws TypeError for another shape; RangeError that names a number that is not finite, or a constant column where a rule
 *   chooses the bandwidth
 */
export async function fitKernelDensityNoise(
  x: tf.Tensor,
  options: KernelDensityNoiseOptions = {},
): Promise<Noise<KernelDensityNoiseSpec>> {
  const { values, n, d } = await readRows('fitKernelDensityNoise', x)
  const points = Array.from({ length: n }, (_, i) =>
    Array.from({ length: d }, (_unused, j) => values[i * d + j]),
  )
  return kernelDensityNoise(points, options)
}
