import * as tf from '@tensorflow/tfjs-core'
import { axesOf, noGradient, sumTo } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

/** Sums the copies that `tf.tile` made: along each axis `[reps·n]` is `[reps, n]` summed over the first. */
function untile(dy: tf.Tensor, shape: readonly number[], reps: readonly number[]): tf.Tensor {
  let result = tf.clone(dy)
  reps.forEach((count, axis) => {
    if (count === 1) return
    const after = result.shape.slice(axis + 1)
    const before = result.shape.slice(0, axis)
    const inner = after.reduce((product, size) => product * size, shape[axis])
    const outer = before.reduce((product, size) => product * size, 1)
    result = tf.reshape(tf.sum(tf.reshape(result, [outer, count, inner]), 1), [
      ...before,
      shape[axis],
      ...after,
    ])
  })
  return result
}

/** Ops that move elements without computing. */
export const shapes: readonly tf.GradConfig[] = [
  defineGradient(tf.Identity, {}, dy => ({ x: () => tf.clone(dy) })),
  // An integer or a boolean doesn't move with its input: the gradient ends there, rather than pass through.
  defineGradient<{ dtype: tf.DataType }>(tf.Cast, {}, (dy, _, { dtype }) => ({
    x: dtype === 'int32' || dtype === 'bool' ? noGradient(dy) : () => tf.clone(dy),
  })),
  defineGradient(tf.Reshape, { inputs: ['x'] }, (dy, [x]) => ({ x: () => tf.reshape(dy, x.shape) })),
  defineGradient(tf.ExpandDims, { inputs: ['input'] }, (dy, [input]) => ({
    input: () => tf.reshape(dy, input.shape),
  })),
  defineGradient<{ perm: number[] }>(tf.Transpose, {}, (dy, _, { perm }) => ({
    x: () =>
      tf.transpose(
        dy,
        perm.map((_axis, axis) => perm.indexOf(axis)),
      ),
  })),
  defineGradient<{ dims: number | number[] }>(tf.Reverse, {}, (dy, _, { dims }) => ({
    x: () => tf.reverse(dy, axesOf(dy.rank, dims)),
  })),
  defineGradient(tf.FlipLeftRight, {}, dy => ({ image: () => tf.reverse(dy, 2) })),
  defineGradient<{ inputShape: number[] }>(tf.BroadcastTo, { inputs: ['x'] }, (dy, [x]) => ({
    x: () => sumTo(dy, x.shape),
  })),
  defineGradient<{ reps: number[] }>(tf.Tile, { inputs: ['x'] }, (dy, [x], { reps }) => ({
    x: () => untile(dy, x.shape, reps),
  })),
  defineGradient<{ axis: number }>(tf.Concat, { allInputs: true }, (dy, saved, { axis }) => {
    const [along] = axesOf(dy.rank, axis)
    const begin = saved.map((_, i) => saved.slice(0, i).reduce((sum, x) => sum + x.shape[along], 0))
    return Object.fromEntries(
      saved.map((x, i) => [
        i,
        () =>
          tf.slice(
            dy,
            dy.shape.map((_, axisOf) => (axisOf === along ? begin[i] : 0)),
            x.shape,
          ),
      ]),
    )
  }),
  defineGradient<{ axis: number }>(tf.SplitV, {}, (_dy, _, { axis }, dys) => ({
    x: () => tf.concat(dys, axis),
  })),
  defineGradient<{ axis: number }>(tf.Pack, { allInputs: true }, (dy, saved, { axis }) => {
    const [along] = axesOf(dy.rank, axis)
    return Object.fromEntries(
      saved.map((x, i) => [
        i,
        () => {
          const begin = dy.shape.map((_, axisOf) => (axisOf === along ? i : 0))
          const size = dy.shape.map((n, axisOf) => (axisOf === along ? 1 : n))
          return tf.reshape(tf.slice(dy, begin, size), x.shape)
        },
      ]),
    )
  }),
  defineGradient<{ axis: number }>(tf.Unpack, {}, (_dy, _, { axis }, dys) => ({
    value: () => tf.stack(dys, axis),
  })),
  defineGradient(tf.Select, { inputs: ['condition'] }, (dy, [condition]) => ({
    condition: noGradient(condition),
    t: () => tf.where(condition, dy, tf.zerosLike(dy)),
    e: () => tf.where(condition, tf.zerosLike(dy), dy),
  })),
  // diag writes x on the diagonal of an n×n matrix of zeros.
  defineGradient(tf.Diag, { inputs: ['x'] }, (dy, [x]) => ({
    x: () => {
      const square = tf.reshape(dy, [x.size, x.size])
      return tf.reshape(tf.sum(tf.mul(square, tf.eye(x.size)), 1), x.shape)
    },
  })),
]
