import type * as tf from '@tensorflow/tfjs-core'

/** The op names under which kernels are registered with `registerFastKernel`; both or none for a backend. */
export const BinaryNce = 'BinaryNce'
export const BinaryNceGrad = 'BinaryNceGrad'

/**
 * Op "BinaryNce" makes [losses] of data's shape, noise-contrastive estimation's logistic loss (Gutmann and Hyvärinen
 * 2012) of each data row i and its κ noise rows κi … κi + κ − 1, in nats:
 *
 *   softplus(log ν − data[i]) + (ν/κ)·Σ softplus(noise − log ν).
 */
export interface BinaryNceInputs {
  /** Log ratios at the data, [n] float32, n ≥ 1. */
  readonly data: tf.TensorInfo
  /** Log ratios at the noise, [κn] float32. */
  readonly noise: tf.TensorInfo
}

/** Op "BinaryNceGrad" makes [ddata, dnoise]: −dy·σ(log ν − data), and dy·(ν/κ)·σ(noise − log ν). */
export interface BinaryNceGradInputs extends BinaryNceInputs {
  /** [n]. */
  readonly dy: tf.TensorInfo
}

export interface BinaryNceAttributes {
  /** ν, positive and finite. */
  readonly noiseRatio: number
}
