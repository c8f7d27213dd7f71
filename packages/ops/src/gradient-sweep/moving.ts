import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, gradientCase, int32, uniform } from './gradient-case.ts'

const of = (kernel: string, title: string, shape: readonly number[], f: (x: tf.Tensor) => tf.Tensor) =>
  gradientCase(kernel, title, [uniform(shape)], x => f(x))

const strided = (
  title: string,
  shape: readonly number[],
  ...args: Parameters<typeof tf.stridedSlice> extends [unknown, ...infer Rest] ? Rest : never
) => of(tf.StridedSlice, title, shape, x => tf.stridedSlice(x, ...args))

/** Kernels that move, pick, repeat or join elements. */
export const movingCases: readonly GradientCase[] = [
  of(tf.Reshape, 'to another rank', [2, 6], x => tf.square(tf.reshape(x, [3, 2, 2]))),
  of(tf.ExpandDims, 'in the middle', [2, 3], x => tf.square(tf.expandDims(x, 1))),
  of(tf.ExpandDims, 'at the end', [2, 3], x => tf.expandDims(x, -1)),
  of(tf.Transpose, 'a matrix', [2, 3], x => tf.transpose(x)),
  of(tf.Transpose, 'rank 3, a cycle', [2, 3, 2], x => tf.transpose(x, [2, 0, 1])),
  of(tf.Transpose, 'rank 4', [2, 1, 3, 2], x => tf.transpose(x, [1, 3, 0, 2])),
  of(tf.Reverse, 'one axis', [2, 3], x => tf.reverse(x, 1)),
  of(tf.Reverse, 'two axes, one negative', [2, 3, 2], x => tf.reverse(x, [0, -1])),
  of(tf.Reverse, 'all', [4], x => tf.reverse(x)),
  of(tf.FlipLeftRight, 'pictures', [1, 2, 3, 2], x => tf.image.flipLeftRight(x as tf.Tensor4D)),
  of(tf.Tile, 'rank 1', [3], x => tf.tile(x, [3])),
  of(tf.Tile, 'rank 3, some once', [2, 1, 2], x => tf.tile(x, [2, 3, 1])),
  of(tf.Tile, 'rank 5', [1, 2, 1, 1, 2], x => tf.tile(x, [2, 2, 1, 2, 1])),
  of(tf.Tile, 'by broadcasting', [2, 1], x => tf.broadcastTo(x, [3, 2, 2])),
  of(tf.Diag, 'rank 1', [3], x => tf.diag(x)),
  of(tf.Diag, 'rank 2', [2, 2], x => tf.diag(x)),
  ...[0, 1, -1].map(axis =>
    gradientCase(tf.Concat, `along ${axis}`, [uniform([2, 2]), uniform([2, 2])], (a, b) =>
      tf.concat([a, tf.square(b)], axis),
    ),
  ),
  gradientCase(tf.Concat, 'unequal sizes', [uniform([1, 2]), uniform([3, 2])], (a, b) =>
    tf.concat([a, b], 0),
  ),
  gradientCase(tf.Pack, 'at the front', [uniform([2]), uniform([2])], (a, b) => tf.stack([a, b])),
  gradientCase(tf.Pack, 'at the end', [uniform([2, 2]), uniform([2, 2])], (a, b) => tf.stack([a, b], -1)),
  of(tf.Unpack, 'two of three used', [3, 2], x => {
    const [first, , last] = tf.unstack(x)
    return tf.mul(first, last)
  }),
  of(tf.Unpack, 'the last axis', [2, 2], x => tf.addN(tf.unstack(x, -1).map(part => tf.square(part)))),
  of(tf.Unpack, 'into one', [1, 3], x => tf.square(tf.unstack(x)[0])),
  of(tf.SplitV, 'equal parts, one unused', [4, 2], x => tf.square(tf.split(x, 2)[1])),
  of(tf.SplitV, 'unequal parts', [2, 5], x => {
    const [a, b] = tf.split(x, [2, 3], 1)
    return tf.concat([tf.square(b), a], 1)
  }),
  of(tf.SplitV, 'into one', [2, 2], x => tf.square(tf.split(x, 1)[0])),
  of(tf.Slice, 'the middle', [4, 3], x => tf.slice(x, [1, 1], [2, 2])),
  of(tf.Slice, 'to the end', [4, 3], x => tf.slice(x, [2], [-1])),
  of(tf.Slice, 'rank 1', [5], x => tf.slice(x, 1, 3)),
  strided('every second', [5, 4], [0, 1], [5, 4], [2, 2]),
  strided('backwards', [5], [4], [0], [-2]),
  strided('backwards through the start', [5, 2], [3, 0], [0, 2], [-1, 1], 0b01, 0b01),
  strided('masked begin and end', [4, 5], [1, 1], [3, 3], [1, 3], 0b10, 0b11),
  strided('the first axis shrunk, by a negative index', [3, 4], [-1, 1], [0, 3], [1, 1], 0, 0, 0, 0, 0b01),
  strided('a new axis', [3, 4], [0, 0, 1], [0, 3, 4], [1, 2, 2], 0, 0, 0, 0b001),
  strided('an ellipsis', [2, 2, 4], [0, 1], [0, 4], [1, 2], 0, 0, 0b01),
  of(tf.PadV2, 'rank 1', [3], x => tf.pad(x, [[2, 1]])),
  of(tf.PadV2, 'rank 2, a value', [2, 2], x => tf.pad(x, [[1, 0], [0, 2]], 3)), // biome-ignore format: a matrix
  of(tf.PadV2, 'rank 4', [1, 2, 2, 1], x => tf.pad(x, [[0, 0], [1, 1], [2, 0], [0, 0]])), // biome-ignore format: a matrix
  ...(['reflect', 'symmetric'] as const).flatMap(mode => [
    of(tf.MirrorPad, `${mode}, one axis`, [4], x => tf.mirrorPad(x, [[2, 3]], mode)),
    of(tf.MirrorPad, `${mode}, two axes`, [3, 3], x => tf.mirrorPad(x, [[1, 2], [2, 0]], mode)), // biome-ignore format: a matrix
  ]),
  of(tf.GatherV2, 'rows, one twice', [4, 2], x => tf.gather(x, int32([1, 3, 1]))),
  of(tf.GatherV2, 'columns', [2, 4], x => tf.gather(x, int32([3, 0, 0, 2]), 1)),
  of(tf.GatherV2, 'a table of indices', [4, 3], x => tf.gather(x, int32([0, 1, 1, 3], [2, 2]))),
  of(tf.GatherV2, 'a table of columns', [2, 4, 2], x => tf.gather(x, int32([0, 1, 1, 3], [2, 2]), 1)),
  of(tf.GatherV2, 'a negative axis', [2, 3], x => tf.gather(x, int32([2, 2]), -1)),
  of(tf.GatherV2, 'one batch axis', [2, 3, 2], x => tf.gather(x, int32([2, 0, 1, 1], [2, 2]), 1, 1)),
  of(tf.GatherV2, 'a batch axis and one between', [2, 2, 3], x =>
    tf.gather(x, int32([2, 0, 1, 1], [2, 2]), 2, 1),
  ),
  of(tf.UnsortedSegmentSum, 'one segment empty', [4, 2], x =>
    tf.unsortedSegmentSum(x, int32([2, 0, 2, 0]) as tf.Tensor1D, 3),
  ),
  of(tf.UnsortedSegmentSum, 'rank 1', [4], x =>
    tf.unsortedSegmentSum(x, int32([1, 1, 0, 1]) as tf.Tensor1D, 2),
  ),
  of(tf.GatherNd, 'elements, one twice', [3, 2], x => tf.gatherND(x, int32([0, 1, 2, 0, 0, 1], [3, 2]))),
  of(tf.GatherNd, 'rows', [3, 2], x => tf.gatherND(x, int32([2, 0, 2], [3, 1]))),
  of(tf.GatherNd, 'a table of rows', [3, 2], x => tf.gatherND(x, int32([2, 0, 2, 1], [2, 2, 1]))),
  of(tf.ScatterNd, 'elements, two in one place', [3], x => tf.scatterND(int32([1, 4, 1], [3, 1]), x, [5])),
  of(tf.ScatterNd, 'rows', [2, 2], x => tf.scatterND(int32([3, 0], [2, 1]), x, [4, 2])),
]
