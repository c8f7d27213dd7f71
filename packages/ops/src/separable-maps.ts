import * as tf from '@tensorflow/tfjs-core'
import { differentiableOp } from './differentiable-op.ts'

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

/**
 * y = R·x·Cᵀ for each picture and channel: by the backend's kernel, which skips the zeros of the matrices, or by two
 * batched products. Differentiable in the pictures, to any order; the matrices are constants.
 *
 * @param x [n, height, width, c] float32
 * @param rows R of each picture, [n, high, height]
 * @param columns C of each picture, [n, wide, width]
 * @returns [n, high, wide, c]
 */
export function separableMaps(x: tf.Tensor4D, rows: tf.Tensor3D, columns: tf.Tensor3D): tf.Tensor4D {
  return op({ x, rows, columns }, {}) as tf.Tensor4D
}

interface Maps {
  readonly x: tf.Tensor4D
  readonly rows: tf.Tensor3D
  readonly columns: tf.Tensor3D
}

const op: (inputs: Maps, attributes: object) => tf.Tensor = differentiableOp({
  name: SeparableMaps,
  inputs: ['x'],
  save: ['rows', 'columns'],
  fits: ({ x }) => x.size > 0,
  composed,
  // The same with both matrices transposed.
  composedGradient: ({ rows, columns, dy }) => {
    const [up, back] = [rows, columns].map(matrix => tf.transpose(matrix, [0, 2, 1]))
    return [op({ x: dy as tf.Tensor4D, rows: up, columns: back }, {})]
  },
})

function composed({ x, rows, columns }: Maps): tf.Tensor4D {
  const [count, height, width, channels] = x.shape
  const [high, wide] = [rows.shape[1], columns.shape[1]]
  const lines = tf.matMul(rows, tf.reshape(x, [count, height, width * channels]))
  if (channels === 1) {
    const pixels = tf.matMul(tf.reshape(lines, [count, high, width]), columns, false, true)
    return tf.reshape(pixels, [count, high, wide, 1])
  }
  const byChannel = tf.transpose(tf.reshape(lines, [count, high, width, channels]), [0, 1, 3, 2])
  const pixels = tf.matMul(tf.reshape(byChannel, [count, high * channels, width]), columns, false, true)
  return tf.transpose(tf.reshape(pixels, [count, high, channels, wide]), [0, 1, 3, 2]) as tf.Tensor4D
}
