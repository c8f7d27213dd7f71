import { logSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** Kernels about n points, on the host: centres by rows [n·d], and one deviation a column. */
export interface Kernels {
  readonly centres: Float32Array
  readonly bandwidth: readonly number[]
}

/** Numbers of a tile: 4 MB. */
const tileNumbers = 1 << 20

/**
 * log Σ_i exp(−½ Σ_j ((x_j − p_ij)/h_j)²), [batch, d] → [batch], `tileSize` numbers of rows by points at a time. Differences
 * are taken before they are squared: a dot product would lose small distances between large numbers.
 *
 * The gradient, (Σ_i w_i p_i − x)/h² with w the softmax of the terms, recomputes the tiles. It is made of differentiable
 * ops, so higher derivatives exist; their tape holds all tiles.
 */
export function kernelLogSum(x: tf.Tensor2D, kernels: Kernels, tileSize = tileNumbers): tf.Tensor {
  const n = kernels.centres.length / kernels.bandwidth.length
  const rowsAtATime = Math.max(1, Math.floor(tileSize / n))
  return tf.customGrad((...all) => {
    const [input, save] = all as unknown as [tf.Tensor2D, (tensors: tf.Tensor[]) => void]
    save([input])
    return {
      value: byTiles(input, rowsAtATime, rows => logSumExp(exponents(rows, kernels), 1)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const slope = byTiles(saved[0] as tf.Tensor2D, rowsAtATime, rows => meanPull(rows, kernels))
        return tf.mul(tf.expandDims(dy, 1), slope)
      },
    }
  })(x)
}

/** f of all rows, some at a time. */
function byTiles(x: tf.Tensor2D, rowsAtATime: number, f: (rows: tf.Tensor2D) => tf.Tensor): tf.Tensor {
  const [batch, d] = x.shape
  if (batch <= rowsAtATime) return f(x)
  const parts: tf.Tensor[] = []
  for (let from = 0; from < batch; from += rowsAtATime) {
    const size = Math.min(rowsAtATime, batch - from)
    parts.push(tf.tidy(() => f(tf.slice(x, [from, 0], [size, d]))))
  }
  return tf.concat(parts)
}

/** −½ Σ_j ((x_j − p_ij)/h_j)², [rows, n], a column at a time. */
function exponents(rows: tf.Tensor2D, { centres, bandwidth }: Kernels): tf.Tensor2D {
  const d = bandwidth.length
  const n = centres.length / d
  const square = (j: number) => {
    const column = tf.tensor2d(
      Float32Array.from({ length: n }, (_, i) => centres[i * d + j]),
      [1, n],
    )
    return tf.square(tf.div(tf.sub(tf.slice(rows, [0, j], [rows.shape[0], 1]), column), bandwidth[j]))
  }
  let sum = tf.tidy(() => square(0))
  for (let j = 1; j < d; j++) {
    const before = sum
    sum = tf.tidy(() => tf.add(before, square(j)))
    before.dispose()
  }
  return tf.mul(sum, -0.5) as tf.Tensor2D
}

/** The gradient of the log-sum-exp: (Σ_i w_i p_i − x)/h². */
function meanPull(rows: tf.Tensor2D, kernels: Kernels): tf.Tensor {
  const { centres, bandwidth } = kernels
  const d = bandwidth.length
  const z = exponents(rows, kernels)
  const weights = tf.exp(tf.sub(z, logSumExp(z, 1, true))) as tf.Tensor2D
  const mean = tf.matMul(weights, tf.tensor2d(centres, [centres.length / d, d]))
  return tf.div(tf.sub(mean, rows), tf.tensor1d(bandwidth.map(h => h * h)))
}
