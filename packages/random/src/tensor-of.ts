import type * as tf from '@tensorflow/tfjs-core'

interface TensorsByRank {
  readonly 0: tf.Scalar
  readonly 1: tf.Tensor1D
  readonly 2: tf.Tensor2D
  readonly 3: tf.Tensor3D
  readonly 4: tf.Tensor4D
  readonly 5: tf.Tensor5D
  readonly 6: tf.Tensor<tf.Rank.R6>
}

/** The tensor of a shape: of its rank where the type says how long the shape is, of any where it does not. */
export type TensorOf<Shape extends readonly number[]> = Shape['length'] extends keyof TensorsByRank
  ? TensorsByRank[Shape['length']]
  : tf.Tensor
