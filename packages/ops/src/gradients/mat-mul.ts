import * as tf from '@tensorflow/tfjs-core'
import { float, stretch, sumTo } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

/**
 * Stretches x over the batch axes of `like`, unless there is one x for all of it. tfjs's own kernels find their
 * way in a smaller batch only when its axes are the last of the larger one's.
 */
function stretchBatch(x: tf.Tensor, like: tf.Tensor): tf.Tensor {
  const batch = like.shape.slice(0, -2)
  const size = tf.util.sizeFromShape(x.shape.slice(0, -2))
  if (size === 1 || size === tf.util.sizeFromShape(batch)) return x
  return stretch(x, [...batch, ...x.shape.slice(-2)])
}

/**
 * The gradient of B in A·B when one B (no batch) serves a whole batch of A: all of A's rows stacked make one
 * product, instead of one for each batch entry and a sum over them.
 */
function sharedRight(a: tf.Tensor, dy: tf.Tensor, shape: readonly number[], transposeB: boolean): tf.Tensor {
  const rows = tf.reshape(a, [-1, a.shape[a.rank - 1]])
  const rowsDy = tf.reshape(dy, [-1, dy.shape[dy.rank - 1]])
  const db = transposeB ? tf.matMul(rowsDy, rows, true, false) : tf.matMul(rows, rowsDy, true, false)
  return tf.reshape(db, [...shape])
}

/** C = A·B, either transposed, batch axes broadcast; stock tfjs throws where they are. */
export const matMul: tf.GradConfig = defineGradient<{ transposeA: boolean; transposeB: boolean }>(
  tf.BatchMatMul,
  { inputs: ['a', 'b'] },
  (dy, saved, { transposeA, transposeB }) => {
    const [a, b] = saved.map(x => stretchBatch(float(x), dy))
    const [shapeA, shapeB] = saved.map(x => x.shape)
    return {
      a: () =>
        sumTo(transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), shapeA),
      b: () => {
        const shared = !transposeA && tf.util.sizeFromShape(b.shape.slice(0, -2)) === 1 && a.rank > 2
        if (shared && a.rank === dy.rank) return sharedRight(a, dy, shapeB, transposeB)
        return sumTo(
          transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
          shapeB,
        )
      },
    }
  },
)
