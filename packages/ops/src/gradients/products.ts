import * as tf from '@tensorflow/tfjs-core'
import { axesOf, float } from './broadcasting.ts'
import { defineGradient, gradientOfX } from './define-gradient.ts'

/** Moves `axes` to the end and flattens to `[outer, inner]`; `undo` takes such a tensor back to x's layout. */
function toRows(
  x: tf.Tensor,
  axes: readonly number[],
): { rows: tf.Tensor2D; undo: (rows: tf.Tensor) => tf.Tensor } {
  const outer = axesOf(x.rank, undefined).filter(axis => !axes.includes(axis))
  const order = [...outer, ...axes]
  const moved = tf.transpose(x, order)
  const inner = tf.util.sizeFromShape(axes.map(axis => x.shape[axis]))
  const back = order.map((_, axis) => order.indexOf(axis))
  return {
    rows: tf.reshape(moved, [inner === 0 ? 0 : x.size / inner, inner]),
    undo: rows => tf.transpose(tf.reshape(rows, moved.shape), back),
  }
}

/** Shifts `[outer, n]` left by `by` places, filling with zeros. */
function shiftLeft(rows: tf.Tensor2D, by: number): tf.Tensor2D {
  const [outer, n] = rows.shape
  return tf.pad(tf.slice(rows, [0, by], [outer, n - by]), [
    [0, 0],
    [0, by],
  ])
}

/**
 * The gradient of y_j = Π_{k≤j} x_k: dx_i = (Π_{k<i} x_k)·s_i with s_i = dy_i + x_{i+1}·s_{i+1}. The recurrence
 * is solved by doubling, log₂ n steps, and never divides: a zero among the factors is exact.
 */
function cumprodBackward(x: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor2D {
  const n = x.shape[1]
  let factor = shiftLeft(x, Math.min(1, n))
  let sum = dy
  for (let reach = 1; reach < n; reach *= 2) {
    sum = tf.add(sum, tf.mul(factor, shiftLeft(sum, reach)))
    if (2 * reach < n) factor = tf.mul(factor, shiftLeft(factor, reach))
  }
  return tf.mul(tf.cumprod(x, 1, true), sum)
}

/** Products over axes, total and running. */
export const products: readonly tf.GradConfig[] = [
  // dx_i = dy·Π_{k≠i} x_k: the product of those before and those after, so zeros are exact.
  gradientOfX<{ axis: number | number[] | null }>(tf.Prod, (dy, x, { axis }) => {
    const { rows, undo } = toRows(float(x), axesOf(x.rank, axis))
    const others = tf.mul(tf.cumprod(rows, 1, true), tf.cumprod(rows, 1, true, true))
    return undo(tf.mul(tf.reshape(dy, [rows.shape[0], 1]), others))
  }),
  gradientOfX<{ axis: number; exclusive: boolean; reverse: boolean }>(
    tf.Cumprod,
    (dy, x, { axis, exclusive, reverse }) => {
      const axes = axesOf(x.rank, axis)
      const { rows, undo } = toRows(float(x), axes)
      const forwards = (t: tf.Tensor2D) => (reverse ? tf.reverse(t, 1) : t)
      const rowsDy = forwards(toRows(dy, axes).rows)
      // An exclusive product is the inclusive one a place later; its last factor takes no part.
      const aligned = exclusive ? shiftLeft(rowsDy, Math.min(1, rows.shape[1])) : rowsDy
      return undo(forwards(cumprodBackward(forwards(rows), aligned)))
    },
  ),
  defineGradient<{ axis: number; exclusive: boolean; reverse: boolean }>(
    tf.Cumsum,
    {},
    (dy, _, { axis, exclusive, reverse }) => ({ x: () => tf.cumsum(dy, axis, exclusive, !reverse) }),
  ),
]
