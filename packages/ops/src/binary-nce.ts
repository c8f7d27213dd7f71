import * as tf from '@tensorflow/tfjs-core'
import { differentiableOp, type TensorsOf } from './differentiable-op.ts'
import { softplus } from './softplus.ts'

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

/**
 * Noise-contrastive estimation's logistic loss of each data row and its κ noise rows, as op "BinaryNce" has it.
 * Differentiable in both, to any order.
 *
 * @param data log ratios [n] float32
 * @param noise log ratios [κn] float32, κ ≥ 1 whole; with n = 0 empty
 * @returns [n], nats
 */
export function binaryNce(
  data: tf.Tensor1D,
  noise: tf.Tensor1D,
  attributes: BinaryNceAttributes,
): tf.Tensor1D {
  return op({ data, noise }, attributes) as tf.Tensor1D
}

const op = differentiableOp({
  name: BinaryNce,
  inputs: ['data', 'noise'],
  save: ['data', 'noise'],
  firstOrder: true,
  fits: ({ data }) => data.size > 0,
  composed: ({ data, noise }: TensorsOf<BinaryNceInputs>, { noiseRatio }: BinaryNceAttributes) => {
    const n = data.size
    const perData = n === 0 ? 1 : noise.size / n
    const shift = Math.log(noiseRatio)
    const ofData = softplus(tf.sub(shift, data))
    const ofNoise = softplus(tf.reshape(tf.sub(noise, shift), [n, perData]))
    return tf.add(ofData, tf.mul(tf.sum(ofNoise, 1), noiseRatio / perData))
  },
})
