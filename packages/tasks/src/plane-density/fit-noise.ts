import type { RandomKey } from '@chiaro/core'
import { fitKernelDensityNoise, fitUniformNoise, type NoiseSpec } from '@chiaro/noise'
import * as tf from '@tensorflow/tfjs-core'
import { fitNumericNoise } from '../density/fit-noise.ts'
import type { PlanePoints } from './points.ts'
import type { PlaneSettings } from './settings.ts'

/** A kind of noise and its width, in widths of the fit. */
export interface WantedNoise {
  readonly kind: PlaneSettings['noise']
  readonly width: number
}

/** Scott's exponent for two columns: bandwidths are n^(−1/6) standard deviations, here times the width asked for. */
const scott = -1 / 6
const ridge = 1e-6

/** A noise fitted to points; a kernel density to those that training does not see. */
export async function fitPlaneNoise(
  { training, aside, deviation }: PlanePoints,
  { kind, width }: WantedNoise,
  key: RandomKey,
): Promise<NoiseSpec> {
  const { values, count } = kind === 'kernel-density' ? aside : training
  const rows = tf.tensor2d(values, [count, 2])
  try {
    if (kind === 'kernel-density') {
      const factor = count ** scott * width
      return (await fitKernelDensityNoise(rows, { bandwidth: deviation.map(one => factor * one) })).spec
    }
    if (kind === 'uniform') {
      // Never narrower than the data: a row outside the box would have no noise.
      return (await fitUniformNoise(rows, { margin: Math.max(0, width - 1) / 2 + 0.02 })).spec
    }
    return (await fitNumericNoise(rows, { kind, scale: width, ridge, key })).spec
  } finally {
    rows.dispose()
  }
}
