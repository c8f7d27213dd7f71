import type * as tf from '@tensorflow/tfjs-core'

/** The op name under which a kernel is registered with `registerFastKernel`. */
export const SeparableMaps = 'SeparableMaps'

/**
 * Op "SeparableMaps" makes [y], [n, high, wide, c]: y = rows·x·columnsᵀ for each picture and channel. Matrices are mostly
 * zeros; what a weight of 0 meets need not count. Within 1e-6 of the largest number of a picture.
 */
export interface SeparableMapsInputs {
  /** [n, height, width, c] float32. */
  readonly x: tf.TensorInfo
  /** [n, high, height]. */
  readonly rows: tf.TensorInfo
  /** [n, wide, width]. */
  readonly columns: tf.TensorInfo
}
