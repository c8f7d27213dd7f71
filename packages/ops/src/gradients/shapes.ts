import * as tf from '@tensorflow/tfjs-core'
import { axesOf, beginAt, noGradient, sumTo } from './broadcasting.ts'
import { defineGradient, gradientOfX } from './define-gradient.ts'

/** Sums the copies that `tf.tile` made: along each axis `[reps·n]` is `[reps, n]` summed over the first. */
function untile(dy: tf.Tensor, shape: readonly number[], reps: readonly number[]): tf.Tensor {
  let result = tf.clone(dy)
  reps.forEach((count, axis) => {
    if (count === 1) return
    const after = result.shape.slice(axis + 1)
    const before = result.shape.slice(0, axis)
    const [outer, inner] = [before, [shape[axis], ...after]].map(tf.util.sizeFromShape)
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
  gradientOfX(tf.Reshape, (dy, x) => tf.reshape(dy, x.shape)),
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
  gradientOfX(tf.BroadcastTo, (dy, x) => sumTo(dy, x.shape)),
  gradientOfX<{ reps: number[] }>(tf.Tile, (dy, x, { reps }) => untile(dy, x.shape, reps)),
  defineGradient<{ axis: number }>(tf.Concat, { allInputs: true }, (dy, saved, { axis }) => {
    const [along] = axesOf(dy.rank, axis)
    const begin = saved.map((_, i) => saved.slice(0, i).reduce((sum, x) => sum + x.shape[along], 0))
    return Object.fromEntries(
      saved.map((x, i) => [i, () => tf.slice(dy, beginAt(dy.rank, along, begin[i]), x.shape)]),
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
        () => tf.reshape(tf.slice(dy, beginAt(dy.rank, along, i), dy.shape.with(along, 1)), x.shape),
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
  gradientOfX(tf.Diag, (dy, x) => {
    const square = tf.reshape(dy, [x.size, x.size])
    return tf.reshape(tf.sum(tf.mul(square, tf.eye(x.size)), 1), x.shape)
  }),
]
