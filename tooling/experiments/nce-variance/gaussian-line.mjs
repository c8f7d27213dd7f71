// p = N(0, 1), log p_θ = θ₁x + θ₂x² + c; reported μ = −θ₁/2θ₂, σ² = −1/2θ₂ and c. Noise N(mean, sd²).
import { normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { compositeRule } from './quadrature.mjs'

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/** @param {{ mean?: number, sd: number, noiseRatio: number }} options */
export function gaussianLine({ mean = 0, sd, noiseRatio }) {
  const precision = 1 / (sd * sd)
  /** log q in the same three statistics: x, x², 1. */
  const noise = [
    mean * precision,
    -0.5 * precision,
    -0.5 * mean * mean * precision - Math.log(sd) - halfLogTwoPi,
  ]
  const truth = [0, -0.5, -halfLogTwoPi]
  return {
    truth,
    jacobian: [1, 2, 1],
    report: theta => [-theta[0] / (2 * theta[1]), -1 / (2 * theta[1]), theta[2]],
    draw: (dataKey, noiseKey, count) => ({
      data: normalValues(dataKey, count),
      noise: normalValues(noiseKey, count * noiseRatio, { mean, standardDeviation: sd }),
    }),
    evaluate: ({ data, noise: drawn }) => {
      const shift = noise[2] + Math.log(noiseRatio)
      return (theta, gradient, hessian) => {
        const line = [theta[2] - shift, theta[0] - noise[0], theta[1] - noise[1]]
        const scale = 1 / data.length
        addMoments(data, line, -1, scale, gradient, hessian)
        addMoments(drawn, line, 1, scale, gradient, hessian)
      }
    },
    population: () => {
      const { x, w } = compositeRule(-12, 12, 96)
      const features = new Float64Array(3 * x.length)
      const mass = x.map((at, i) => w[i] * Math.exp(truth[1] * at * at + truth[2]))
      const logRatio = x.map((at, i) => {
        features.set([at, at * at, 1], 3 * i)
        return -noise[0] * at + (truth[1] - noise[1]) * at * at + truth[2] - noise[2]
      })
      return { k: 3, mass, logRatio, features }
    },
    dimension: 1,
    logRatioAt: (theta, [x]) => theta[2] - noise[2] + x * (theta[0] - noise[0] + x * (theta[1] - noise[1])),
    features: (_theta, x) => [x[0], x[0] * x[0], 1],
    logRatio: (theta, points) => {
      const x = tf.reshape(points, [-1])
      const ofTheta = [0, 1, 2].map(i => tf.sub(tf.gather(theta, i), noise[i]))
      return tf.add(tf.mul(tf.add(tf.mul(ofTheta[1], x), ofTheta[0]), x), ofTheta[2])
    },
  }
}

/**
 * Adds the gradient and the Hessian of Σ softplus(side·G), G = line₀ + line₁x + line₂x², by the moments of its two
 * weights: Σ u xᵏ for k ≤ 2 and Σ w xᵏ for k ≤ 4. Side −1 is data, 1 noise.
 */
function addMoments(points, [a, b, c], side, scale, gradient, hessian) {
  let [u0, u1, u2] = [0, 0, 0]
  let [w0, w1, w2, w3, w4] = [0, 0, 0, 0, 0]
  for (let i = 0; i < points.length; i++) {
    const x = points[i]
    const u = 1 / (1 + Math.exp(-side * (a + x * (b + x * c))))
    const w = u * (1 - u)
    const ux = u * x
    const wx = w * x
    const wxx = wx * x
    u0 += u
    u1 += ux
    u2 += ux * x
    w0 += w
    w1 += wx
    w2 += wxx
    w3 += wxx * x
    w4 += wxx * x * x
  }
  const moments = [w2, w3, w1, w3, w4, w2, w1, w2, w0]
  for (let i = 0; i < 9; i++) hessian[i] += scale * moments[i]
  gradient[0] += side * scale * u1
  gradient[1] += side * scale * u2
  gradient[2] += side * scale * u0
}
