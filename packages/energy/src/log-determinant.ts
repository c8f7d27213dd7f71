import type { Matrix } from '@chiaro/core'
import { customGradient } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * log|det W| of a square matrix, computed in float64 on the host, O(d³): for small d. The gradient is W⁻ᵀ, and
 * derivatives of any order exist. A singular W gives −∞ and a gradient that is not finite.
 */
export function logAbsDeterminant(W: tf.Tensor2D): tf.Scalar {
  return customGradient(
    input => ({
      value: tf.scalar(eliminate((input as tf.Tensor2D).arraySync()).logAbsDeterminant),
      saved: [input],
      gradient: (dy, [saved]) => [tf.mul(dy, tf.transpose(inverse(saved as tf.Tensor2D)))],
    }),
    W,
  ) as tf.Scalar
}

/** W⁻¹; d⟨V, W⁻¹⟩ = ⟨−W⁻ᵀ V W⁻ᵀ, dW⟩. */
export function inverse(W: tf.Tensor2D): tf.Tensor2D {
  return customGradient(
    input => ({
      value: tf.tensor2d(eliminate((input as tf.Tensor2D).arraySync()).inverse),
      saved: [input],
      gradient: (dy, [saved]) => {
        const again = inverse(saved as tf.Tensor2D)
        return [tf.neg(tf.matMul(tf.matMul(again, dy as tf.Tensor2D, true), again, false, true))]
      },
    }),
    W,
  ) as tf.Tensor2D
}

/** Gauss–Jordan with the largest pivot of each column. */
function eliminate(W: Matrix): { logAbsDeterminant: number; inverse: number[][] } {
  const d = W.length
  const rows = W.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  let logAbs = 0
  for (let j = 0; j < d; j++) {
    let best = j
    for (let i = j + 1; i < d; i++) if (Math.abs(rows[i][j]) > Math.abs(rows[best][j])) best = i
    ;[rows[j], rows[best]] = [rows[best], rows[j]]
    const pivot = rows[j][j]
    if (pivot === 0) {
      return { logAbsDeterminant: Number.NEGATIVE_INFINITY, inverse: W.map(row => row.map(() => Number.NaN)) }
    }
    logAbs += Math.log(Math.abs(pivot))
    rows[j] = rows[j].map(value => value / pivot)
    for (let i = 0; i < d; i++) {
      if (i === j) continue
      const factor = rows[i][j]
      rows[i] = rows[i].map((value, k) => value - factor * rows[j][k])
    }
  }
  return { logAbsDeterminant: logAbs, inverse: rows.map(row => row.slice(d)) }
}
