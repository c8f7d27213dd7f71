import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import {
  fitGaussianNoise,
  fitKernelDensityNoise,
  fitMixtureNoise,
  fitStudentTNoise,
  fitUniformNoise,
} from '@chiaro/noise'
import type * as tf from '@tensorflow/tfjs-core'
import type { LiveSettings } from './settings.ts'

/** Rows to fit a noise to; a kernel density gets rows that training does not see. */
export interface NoiseRows {
  readonly training: tf.Tensor2D
  readonly aside: tf.Tensor2D
}

/** Scott's exponent for two columns: bandwidths are n^(−1/6) standard deviations, here times the width asked for. */
const scott = -1 / 6

/** The noise of the form, fitted to rows. */
export async function fittedNoise(
  { training, aside }: NoiseRows,
  { noise, noiseWidth: inflation }: Pick<LiveSettings, 'noise' | 'noiseWidth'>,
  deviations: readonly number[],
  key: RandomKey,
): Promise<NoiseDistribution> {
  switch (noise) {
    case 'gaussian':
      return fitGaussianNoise(training, { inflation, ridge: 1e-6 })
    case 'diagonal':
      return fitGaussianNoise(training, { covariance: 'diagonal', inflation })
    case 'studentT':
      return fitStudentTNoise(training, { inflation, ridge: 1e-6 })
    case 'mixture':
      return fitMixtureNoise(training, { inflation, key, components: Math.min(8, training.shape[0]) })
    case 'kernelDensity': {
      const factor = aside.shape[0] ** scott * inflation
      return fitKernelDensityNoise(aside, { bandwidth: deviations.map(deviation => factor * deviation) })
    }
    case 'uniform':
      // Never narrower than the data: a row outside the box would have no noise.
      return fitUniformNoise(training, { margin: Math.max(0, inflation - 1) / 2 + 0.02 })
  }
}
