import * as tf from '@tensorflow/tfjs-core'

/**
 * out = R·x·Cᵀ for each picture and channel: two batched products, which are fast and have gradients everywhere.
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
  const [count, height, width, channels] = batch.shape
  return tf.tidy(() => {
    const lines = tf.matMul(
      tf.tensor3d(rows, [count, high, height]),
      tf.reshape(batch, [count, height, width * channels]),
    )
    const right = tf.tensor3d(columns, [count, wide, width])
    if (channels === 1) {
      const pixels = tf.matMul(tf.reshape(lines, [count, high, width]), right, false, true)
      return tf.reshape(pixels, [count, high, wide, 1])
    }
    const byChannel = tf.transpose(tf.reshape(lines, [count, high, width, channels]), [0, 1, 3, 2])
    const pixels = tf.matMul(tf.reshape(byChannel, [count, high * channels, width]), right, false, true)
    return tf.transpose(tf.reshape(pixels, [count, high, channels, wide]), [0, 1, 3, 2])
  }) as tf.Tensor4D
}
