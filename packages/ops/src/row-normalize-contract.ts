import type * as tf from '@tensorflow/tfjs-core'

/** The op names under which kernels are registered with `registerFastKernel`. Both or none for a backend. */
export const RowNormalize = 'RowNormalize'
export const RowNormalizeGrad = 'RowNormalizeGrad'

/**
 * Op "RowNormalize" makes [y] of x's shape: x/‖x‖₂ along the last axis, right for any finite row (squares must not
 * leave the range), 0 for a row of zeros, NaN for a row with a number that is not finite.
 */
export interface RowNormalizeInputs {
  /** […, d] float32. */
  readonly x: tf.TensorInfo
}

/** Op "RowNormalizeGrad" makes [dx] = (dy − y·(yᵀdy))/‖x‖ of each row, 0 for a row of zeros. */
export interface RowNormalizeGradInputs extends RowNormalizeInputs {
  /** Of x's shape. */
  readonly dy: tf.TensorInfo
}
