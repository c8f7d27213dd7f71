import * as tf from '@tensorflow/tfjs-core'
import { float, sumTo } from './broadcasting.ts'
import { defineGradient } from './define-gradient.ts'

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1)

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
    const [a, b] = saved.map(float)
    return {
      a: () =>
        sumTo(
          transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
          a.shape,
        ),
      b: () => {
        const shared = !transposeA && product(b.shape.slice(0, -2)) === 1 && a.rank > 2
        if (shared && a.rank === dy.rank) return sharedRight(a, dy, b.shape, transposeB)
        return sumTo(
          transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
          b.shape,
        )
      },
    }
  },
)
