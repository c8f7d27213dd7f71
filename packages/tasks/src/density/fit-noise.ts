import type { RandomKey } from '@chiaro/core'
import type { ColumnBlock } from '@chiaro/data'
import {
  fitGaussianNoise,
  fitMixtureNoise,
  fitOneHotNoise,
  fitStudentTNoise,
  fitUniformNoise,
  type Noise,
  type NoiseSpec,
  productNoise,
} from '@chiaro/noise'
import * as tf from '@tensorflow/tfjs-core'
import type { Rows } from '../rows/encoded-rows.ts'
import type { DensitySettings } from './settings.ts'

export interface FitNoiseOptions {
  readonly kind: DensitySettings['noise']
  /** Deviations, or the sides of the box, are made this much larger than the data's. */
  readonly scale: number
  readonly key: RandomKey
  readonly signal?: AbortSignal
}

/** A joint noise of the numeric columns, which come first, and one of its own for each categorical column. */
export async function fitNoise(
  rows: Rows,
  blocks: readonly ColumnBlock[],
  options: FitNoiseOptions,
): Promise<NoiseSpec> {
  const numeric = blocks.filter(({ kind }) => kind === 'numeric').length
  const x = tf.tensor2d(rows.values, [rows.count, rows.width])
  const noises: Noise[] = []
  try {
    if (numeric > 0)
      noises.push(await onColumns(x, 0, numeric, part => fitNumericNoise(part, { ...options, ridge })))
    for (const { start, width } of blocks.slice(numeric)) {
      // One more of each: a category that only held-out rows have must have noise too.
      noises.push(await onColumns(x, start, width, part => fitOneHotNoise(part, { smoothing: 1 })))
    }
  } finally {
    x.dispose()
  }
  return productNoise(noises).spec
}

async function onColumns(
  x: tf.Tensor2D,
  start: number,
  width: number,
  fit: (part: tf.Tensor2D) => Promise<Noise>,
): Promise<Noise> {
  const part = tf.slice(x, [0, start], [-1, width])
  return fit(part).finally(() => part.dispose())
}

/** Standardised columns that determine each other would leave a covariance singular. */
const ridge = 1e-4

/** One noise of some numeric columns; `ridge` is added to variances where columns have a covariance. */
export async function fitNumericNoise(
  x: tf.Tensor2D,
  { kind, scale, key, ridge, signal }: FitNoiseOptions & { readonly ridge: number },
): Promise<Noise> {
  switch (kind) {
    case 'gaussian':
      return fitGaussianNoise(x, { inflation: scale, ridge })
    case 'diagonal':
      return fitGaussianNoise(x, { covariance: 'diagonal', inflation: scale })
    case 'student-t':
      return fitStudentTNoise(x, { inflation: scale, ridge, signal })
    case 'mixture':
      return fitMixtureNoise(x, { inflation: scale, key, signal })
    case 'uniform':
      return fitUniformNoise(x, { margin: (scale - 1) / 2 })
  }
}
