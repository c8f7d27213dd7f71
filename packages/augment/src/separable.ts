import { customGradient, hasFastKernel, runFastKernel, SeparableMaps } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * out = R·x·Cᵀ for each picture and channel: by the backend's kernel, which skips the zeros of the matrices, or by two
 * batched products. Differentiable in the pictures, to any order.
 *
 * @param batch [count, height, width, channels]
 * @param rows R of each picture, [count, size[0], height]
 * @param columns C of each picture, [count, size[1], width]
 * @returns [count, ...size, channels]
 */
export function separable(
  batch: tf.Tensor4D,
  rows: Float32Array,
  columns: Float32Array,
  [high, wide]: readonly [height: number, width: number],
): tf.Tensor4D {
  const [count, height, width] = batch.shape
  return tf.tidy(() =>
    mapped(batch, tf.tensor3d(rows, [count, high, height]), tf.tensor3d(columns, [count, wide, width])),
  )
}

function mapped(batch: tf.Tensor4D, rows: tf.Tensor3D, columns: tf.Tensor3D): tf.Tensor4D {
  if (!hasFastKernel(SeparableMaps) || batch.size === 0) return composed(batch, rows, columns)
  return customGradient(
    x => ({
      value: runFastKernel(SeparableMaps, { x, rows, columns })[0],
      saved: [rows, columns],
      // The same with both matrices transposed.
      gradient: (dy, saved) => {
        const [up, back] = saved.map(matrix => tf.transpose(matrix, [0, 2, 1]) as tf.Tensor3D)
        return [mapped(dy as tf.Tensor4D, up, back)]
      },
    }),
    batch,
  ) as tf.Tensor4D
}

function composed(batch: tf.Tensor4D, rows: tf.Tensor3D, columns: tf.Tensor3D): tf.Tensor4D {
  const [count, height, width, channels] = batch.shape
  const [high, wide] = [rows.shape[1], columns.shape[1]]
  const lines = tf.matMul(rows, tf.reshape(batch, [count, height, width * channels]))
  if (channels === 1) {
    const pixels = tf.matMul(tf.reshape(lines, [count, high, width]), columns, false, true)
    return tf.reshape(pixels, [count, high, wide, 1])
  }
  const byChannel = tf.transpose(tf.reshape(lines, [count, high, width, channels]), [0, 1, 3, 2])
  const pixels = tf.matMul(tf.reshape(byChannel, [count, high * channels, width]), columns, false, true)
  return tf.transpose(tf.reshape(pixels, [count, high, channels, wide]), [0, 1, 3, 2]) as tf.Tensor4D
}
