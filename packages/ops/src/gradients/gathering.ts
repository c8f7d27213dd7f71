import * as tf from '@tensorflow/tfjs-core'
import { axesOf, float, noGradient } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

/**
 * The gradient of picking `indices` along `axis`: rows of dy summed into the row they came from. With batch
 * axes, each batch's rows are counted on from the last one's, so that one segment sum does all.
 */
function ungather(
  dy: tf.Tensor,
  x: tf.Tensor,
  indices: tf.Tensor,
  axis: number,
  batchDims: number,
): tf.Tensor {
  const batch = tf.util.sizeFromShape(x.shape.slice(0, batchDims))
  const outer = tf.util.sizeFromShape(x.shape.slice(batchDims, axis))
  const rows = x.shape[axis]
  const inner = tf.util.sizeFromShape(x.shape.slice(axis + 1))
  const picked = batch === 0 ? 0 : indices.size / batch
  // [batch, outer, picked, inner] → [batch, picked, outer, inner]: the rows to sum come first.
  const leading = tf.reshape(tf.transpose(tf.reshape(dy, [batch, outer, picked, inner]), [0, 2, 1, 3]), [
    batch * picked,
    outer * inner,
  ])
  const flat = tf.reshape(tf.cast(indices, 'int32'), [batch, picked])
  const counted =
    batch > 1 ? tf.add(flat, tf.reshape(tf.range(0, batch * rows, rows, 'int32'), [batch, 1])) : flat
  const summed = tf.unsortedSegmentSum(leading, tf.reshape(counted, [batch * picked]), batch * rows)
  return tf.reshape(tf.transpose(tf.reshape(summed, [batch, rows, outer, inner]), [0, 2, 1, 3]), x.shape)
}

/** Ops that look values up by index, and that add values at indices. */
export const gathering: readonly tf.GradConfig[] = [
  defineGradient<{ axis: number; batchDims: number }>(
    tf.GatherV2,
    { inputs: ['x', 'indices'] },
    (dy, [x, indices], { axis, batchDims }) => ({
      x: () => ungather(dy, x, indices, axesOf(x.rank, axis)[0], batchDims),
      indices: noGradient(indices),
    }),
  ),
  // A negative segment takes part in no sum.
  defineGradient<{ numSegments: number }>(
    tf.UnsortedSegmentSum,
    { inputs: ['segmentIds'] },
    (dy, [segmentIds]) => ({
      x: () => {
        const first = tf.scalar(0, 'int32')
        const rows = tf.gather(dy, tf.maximum(segmentIds, first))
        const takesPart = tf.reshape(tf.greaterEqual(segmentIds, first), [
          ...segmentIds.shape,
          ...dy.shape.slice(1).map(() => 1),
        ])
        return tf.where(takesPart, rows, tf.zerosLike(rows))
      },
      segmentIds: noGradient(segmentIds),
    }),
  ),
  defineGradient(tf.GatherNd, { inputs: ['params', 'indices'] }, (dy, [params, indices]) => ({
    params: () => tf.scatterND(tf.cast(indices, 'int32'), dy, params.shape),
    indices: noGradient(indices),
  })),
  defineGradient(tf.ScatterNd, { inputs: ['indices'] }, (dy, [indices]) => ({
    updates: () => tf.gatherND(dy, tf.cast(indices, 'int32')),
    indices: noGradient(indices),
  })),
  // The k largest of each row: each value's gradient goes to the place it was found at.
  defineGradient(tf.TopK, { inputs: ['x'], outputs: [false, true] }, (dy, [x, indices]) => ({
    x: () => {
      if (dy.size === 0) return tf.zeros(x.shape)
      const n = x.shape[x.rank - 1]
      const rows = x.size / n
      const starts = tf.reshape(tf.range(0, x.size, n, 'int32'), [rows, 1])
      const places = tf.add(tf.reshape(indices, [rows, dy.size / rows]), starts)
      const flat = tf.scatterND(tf.reshape(places, [dy.size, 1]), tf.reshape(float(dy), [dy.size]), [x.size])
      return tf.reshape(flat, x.shape)
    },
  })),
]
