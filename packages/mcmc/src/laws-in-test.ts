import type { RandomKey } from '@chiaro/core'
import { normal, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Energy } from './chain-state.ts'

// Laws that samplers are asked to draw, with what is known of them.

/** |x|²/2; log Z = (d/2) log 2π. */
export const halfSquare = (x: tf.Tensor) => tf.div(tf.sum(tf.square(x), 1), 2) as tf.Tensor1D

/** N(0, scale²) in d dimensions. */
export const gaussian = (scale: number, d: number) => ({
  sample: (k: RandomKey, count: number) => normal(k, [count, d], { standardDeviation: scale }),
  logProb: (x: tf.Tensor) =>
    tf.sub(
      tf.div(tf.sum(tf.square(x), 1), -2 * scale ** 2),
      d * Math.log(scale * Math.sqrt(2 * Math.PI)),
    ) as tf.Tensor1D,
})

/** (x − mean)ᵀ precision (x − mean)/2. */
export const quadratic =
  (precision: readonly (readonly number[])[], mean: readonly number[] = [0]): Energy =>
  x => {
    const centred = tf.sub(x, mean)
    const scaled = tf.matMul(centred as tf.Tensor2D, tf.tensor2d(precision as number[][]))
    return tf.div(tf.sum(tf.mul(centred, scaled), 1), 2) as tf.Tensor1D
  }

/** A Gaussian whose precision has eigenvalues 1 and 16, turned. */
export const turned = {
  energy: quadratic([
    [8.5, 7.5],
    [7.5, 8.5],
  ]),
  logPartition: Math.log(2 * Math.PI) - Math.log(16) / 2,
}

const wellsAt = (x: number) => (x * x - 1) ** 2 + x / 2
const grid = Array.from({ length: 6001 }, (_, i) => -3 + i / 1000)
const weights = grid.map(x => Math.exp(-wellsAt(x)))
const total = weights.reduce((a, b) => a + b)

/** (x² − 1)² + x/2, two wells of unlike depth. */
export const wells = {
  energy(x: tf.Tensor) {
    const flat = tf.reshape(x, [-1])
    return tf.add(tf.square(tf.sub(tf.square(flat), 1)), tf.div(flat, 2)) as tf.Tensor1D
  },
  /** The energy in float64. */
  at: wellsAt,
  slope: (x: number) => 4 * x * (x * x - 1) + 0.5,
  /** E f by quadrature. */
  moment: (f: (x: number) => number) => grid.reduce((sum, x, i) => sum + f(x) * weights[i], 0) / total,
  /** Exact draws [count, 1], by the inverse of the cumulative sum. */
  draws(k: RandomKey, count: number): tf.Tensor2D {
    const drawn = Float32Array.from(uniformValues(k, count)).sort()
    const rows = new Float32Array(count)
    for (let i = 0, at = 0, reached = weights[0]; i < count; i++) {
      while (reached < drawn[i] * total && at < grid.length - 1) reached += weights[++at]
      rows[i] = grid[at]
    }
    return tf.tensor2d(rows, [count, 1])
  },
}
