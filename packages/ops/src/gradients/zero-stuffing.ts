import * as tf from '@tensorflow/tfjs-core'

/** The shape around an axis: `[everything before, size, everything after]`. */
function around(shape: readonly number[], axis: number): [number, number, number] {
  return [
    tf.util.sizeFromShape(shape.slice(0, axis)),
    shape[axis],
    tf.util.sizeFromShape(shape.slice(axis + 1)),
  ]
}

/** Puts `rate − 1` zeros between neighbours along an axis: size n becomes (n − 1)·rate + 1. */
export function stuffZeros(x: tf.Tensor, axis: number, rate: number): tf.Tensor {
  const [before, size, after] = around(x.shape, axis)
  if (rate === 1 || size === 0) return x
  const spaced = tf.pad(tf.reshape(x, [before, size, 1, after]), [
    [0, 0],
    [0, 0],
    [0, rate - 1],
    [0, 0],
  ])
  const length = (size - 1) * rate + 1
  const trimmed = tf.slice(
    tf.reshape(spaced, [before, size * rate, after]),
    [0, 0, 0],
    [before, length, after],
  )
  return tf.reshape(trimmed, x.shape.with(axis, length))
}

/** Takes every `rate`-th element along an axis: the inverse of stuffing, and its gradient. */
export function takeEvery(x: tf.Tensor, axis: number, rate: number): tf.Tensor {
  const [before, length, after] = around(x.shape, axis)
  if (rate === 1 || length === 0) return x
  const size = Math.ceil(length / rate)
  const padded = tf.pad(tf.reshape(x, [before, length, after]), [
    [0, 0],
    [0, size * rate - length],
    [0, 0],
  ])
  const taken = tf.slice(
    tf.reshape(padded, [before, size, rate, after]),
    [0, 0, 0, 0],
    [before, size, 1, after],
  )
  return tf.reshape(taken, x.shape.with(axis, size))
}
