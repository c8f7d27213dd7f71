// p = N(0, Λ⁻¹) in d dimensions, log p_θ = −½xᵀΛx + c, parameters Λ_ij for i ≤ j, then c. Noise N(0, M⁻¹).
import { normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { cholesky, inverse } from './algebra.mjs'
import { addLogistic } from './logistic.mjs'
import { compositeRule } from './quadrature.mjs'

/**
 * @param {{ covariance: number[], noiseCovariance: number[], dimension: number, noiseRatio: number }} options
 */
export function gaussianPrecision({ covariance, noiseCovariance, dimension: d, noiseRatio }) {
  const truth = natural(covariance, d)
  const noise = natural(noiseCovariance, d)
  const k = truth.length
  const [dataFactor, noiseFactor] = [covariance, noiseCovariance].map(one =>
    cholesky(Float64Array.from(one), d),
  )
  const statistics = fillStatistics(d)
  return {
    truth,
    jacobian: truth.map(() => 1),
    report: theta => [...theta],
    draw: (dataKey, noiseKey, count) => ({
      data: coloured(normalValues(dataKey, count * d), dataFactor, d),
      noise: coloured(normalValues(noiseKey, count * noiseRatio * d), noiseFactor, d),
    }),
    evaluate:
      ({ data, noise: drawn }) =>
      (theta, gradient, hessian) => {
        const line = theta.map((value, i) => value - noise[i])
        line[k - 1] -= Math.log(noiseRatio)
        const scale = d / data.length
        addLogistic(data, d, statistics, line, -1, scale, gradient, hessian)
        addLogistic(drawn, d, statistics, line, 1, scale, gradient, hessian)
      },
    population: () => populationOfTwo(dataFactor, truth, noise, statistics),
    dimension: d,
    logRatioAt: (theta, x) =>
      statistics(x, 0, new Float64Array(k)).reduce((sum, t, i) => sum + (theta[i] - noise[i]) * t, 0),
    features: (_theta, x) => statistics(x, 0, new Float64Array(k)),
    logRatio: (theta, points) => {
      const columns = Array.from({ length: d }, (_, i) => tf.reshape(tf.slice(points, [0, i], [-1, 1]), [-1]))
      const at = tf.sub(theta, tf.tensor1d(noise))
      let [sum, next] = [tf.gather(at, k - 1), 0]
      for (let i = 0; i < d; i++) {
        for (let j = i; j < d; j++) {
          const product = tf.mul(columns[i], columns[j])
          sum = tf.sub(sum, tf.mul(tf.mul(product, i === j ? 0.5 : 1), tf.gather(at, next++)))
        }
      }
      return sum
    },
  }
}

/** (Λ_ij for i ≤ j, −½ log det 2πC) of N(0, C). */
function natural(covariance, d) {
  const matrix = Float64Array.from(covariance)
  const precision = inverse(matrix, d)
  const lower = cholesky(matrix, d)
  let logNormaliser = (d / 2) * Math.log(2 * Math.PI)
  const values = []
  for (let i = 0; i < d; i++) {
    logNormaliser += Math.log(lower[i * d + i])
    for (let j = i; j < d; j++) values.push(precision[i * d + j])
  }
  return [...values, -logNormaliser]
}

/** ∂ log p_θ/∂θ of row `at` into `into`: −½x_i², −x_i x_j, 1. */
const fillStatistics = d => (points, at, into) => {
  let next = 0
  for (let i = 0; i < d; i++) {
    const x = points[at + i]
    into[next++] = -0.5 * x * x
    for (let j = i + 1; j < d; j++) into[next++] = -x * points[at + j]
  }
  into[next] = 1
  return into
}

/** Rows z of standard normals become L z, in place. */
function coloured(values, lower, d) {
  for (let at = 0; at < values.length; at += d) {
    for (let i = d - 1; i >= 0; i--) {
      let sum = 0
      for (let j = 0; j <= i; j++) sum += lower[i * d + j] * values[at + j]
      values[at + i] = sum
    }
  }
  return values
}

function populationOfTwo(lower, truth, noise, statistics) {
  const { x, w } = compositeRule(-10, 10, 16)
  const size = x.length ** 2
  const k = truth.length
  const [mass, logRatio, features] = [size, size, size * k].map(length => new Float64Array(length))
  for (let i = 0; i < size; i++) {
    const [a, b] = [Math.floor(i / x.length), i % x.length]
    const point = coloured(Float64Array.of(x[a], x[b]), lower, 2)
    const row = statistics(point, 0, features.subarray(i * k, (i + 1) * k))
    mass[i] = (w[a] * w[b] * Math.exp(-0.5 * (x[a] ** 2 + x[b] ** 2))) / (2 * Math.PI)
    for (let j = 0; j < k; j++) logRatio[i] += (truth[j] - noise[j]) * row[j]
  }
  return { k, mass, logRatio, features }
}
