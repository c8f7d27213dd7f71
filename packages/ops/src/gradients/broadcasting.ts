import * as tf from '@tensorflow/tfjs-core'

/** The tensor as float32; gradients never are anything else. */
export function float(x: tf.Tensor): tf.Tensor {
  return x.dtype === 'float32' ? x : tf.cast(x, 'float32')
}

/** Zeros of a shape: the gradient of what does not depend on its input. */
export function noGradient(x: { readonly shape: readonly number[] }): () => tf.Tensor {
  return () => tf.zeros([...x.shape])
}

/** Undoes a broadcast: sums `x` over the axes that `shape` was stretched along. Always a new tensor. */
export function sumTo(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const missing = x.rank - shape.length
  const axes: number[] = []
  for (let axis = 0; axis < x.rank; axis++) {
    if (axis < missing || (shape[axis - missing] === 1 && x.shape[axis] !== 1)) axes.push(axis)
  }
  return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, [...shape])
}

/** `shape` with 1 along each of `axes` (which may be negative, or absent for all). */
export function keepDimsShape(shape: readonly number[], axes: number | readonly number[] | null | undefined) {
  const reduced = new Set(axesOf(shape.length, axes))
  return shape.map((size, axis) => (reduced.has(axis) ? 1 : size))
}

/** Axes as non-negative numbers; null or undefined means all of them. */
export function axesOf(rank: number, axes: number | readonly number[] | null | undefined): number[] {
  if (axes === null || axes === undefined) return Array.from({ length: rank }, (_, axis) => axis)
  return (typeof axes === 'number' ? [axes] : axes).map(axis => (axis < 0 ? axis + rank : axis))
}

/** A slice's beginning: 0 but along one axis. */
export function beginAt(rank: number, axis: number, begin: number): number[] {
  return new Array<number>(rank).fill(0).with(axis, begin)
}

/** Stretches axes of size 1 to `shape`. By a product with ones: `tf.broadcastTo` is five times slower on wasm. */
export function stretch(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return tf.mul(x, tf.fill([...shape], 1))
}
