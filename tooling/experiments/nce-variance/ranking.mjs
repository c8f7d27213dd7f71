// Ranking NCE of a line Gaussian with noise q = p = N(0, 1): one data point among K noise points a row. It fixes
// log p_θ = θ₁x + θ₂x² up to a constant; reported μ and σ² as in binary NCE.
import { normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** @param {{ negatives: number }} options */
export function rankingLine({ negatives }) {
  const width = negatives + 1
  return {
    truth: [0, -0.5],
    report: theta => [-theta[0] / (2 * theta[1]), -1 / (2 * theta[1])],
    /** The data are column 0. As q = p, one stream of normals holds a whole row. */
    draw: (dataKey, _noiseKey, count) => ({ data: normalValues(dataKey, count * width) }),
    evaluate:
      ({ data }) =>
      (theta, gradient, hessian) => {
        const scale = width / data.length
        for (let row = 0; row < data.length; row += width) {
          addRow(data.subarray(row, row + width), theta, scale, gradient, hessian)
        }
      },
    /** [rows, K + 1] of log p_θ − log q, the log normaliser of q left out as it cancels. */
    logRatio: (theta, points) => {
      const x = tf.reshape(points, [-1, width])
      const slope = tf.add(tf.mul(tf.add(tf.gather(theta, 1), 0.5), x), tf.gather(theta, 0))
      return tf.mul(slope, x)
    },
    /** A row's own gradient, for the gradient's standard error. */
    rowGradient: (theta, row) => {
      const gradient = new Float64Array(2)
      addRow(row, theta, 1, gradient, new Float64Array(4))
      return gradient
    },
    width,
  }
}

/** Gradient E[t] − t(data) and Hessian Cov(t) under the softmax of the row, t = (x, x²). */
function addRow(row, theta, scale, gradient, hessian) {
  let top = Number.NEGATIVE_INFINITY
  for (const x of row) top = Math.max(top, x * (theta[0] + x * (theta[1] + 0.5)))
  let [total, m1, m2, m3, m4] = [0, 0, 0, 0, 0]
  for (const x of row) {
    const weight = Math.exp(x * (theta[0] + x * (theta[1] + 0.5)) - top)
    total += weight
    m1 += weight * x
    m2 += weight * x * x
    m3 += weight * x * x * x
    m4 += weight * x * x * x * x
  }
  m1 /= total
  m2 /= total
  gradient[0] += scale * (m1 - row[0])
  gradient[1] += scale * (m2 - row[0] * row[0])
  hessian[0] += scale * (m2 - m1 * m1)
  hessian[1] += scale * (m3 / total - m1 * m2)
  hessian[2] += scale * (m3 / total - m1 * m2)
  hessian[3] += scale * (m4 / total - m2 * m2)
}
