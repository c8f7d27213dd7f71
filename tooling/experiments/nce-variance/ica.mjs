// Two independent unit-variance Laplace sources, log p_θ = −√2(|w₁x| + |w₂x|) + c, truth W = I; log |det W| lies in
// the free c. Noise N(0, variance·I). The Hessian is the Gauss–Newton (Fisher) one: the loss has kinks.
import { normalValues, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { compositeRule } from './quadrature.mjs'

/** @param {{ noiseVariance: number, noiseRatio: number }} options */
export function ica({ noiseVariance, noiseRatio }) {
  const logNoiseTop = -Math.log(2 * Math.PI * noiseVariance)
  const logNoise = (x, y) => logNoiseTop - (x * x + y * y) / (2 * noiseVariance)
  const truth = [1, 0, 0, 1, -Math.LN2]
  return {
    truth,
    jacobian: truth.map(() => 1),
    report: theta => [...theta],
    // One kink moves the gradient by about 1/√n of its own standard error, so no fit gets closer than that.
    kinks: true,
    tolerance: 1e-3,
    draw: (dataKey, noiseKey, count) => ({
      data: laplaceValues(dataKey, 2 * count),
      noise: normalValues(noiseKey, 2 * count * noiseRatio, { standardDeviation: Math.sqrt(noiseVariance) }),
    }),
    evaluate:
      ({ data, noise }) =>
      (theta, gradient, hessian) => {
        const scale = 2 / data.length
        const shift = Math.log(noiseRatio)
        add(data, theta, (x, y) => logNoise(x, y) + shift, -1, scale, gradient, hessian)
        add(noise, theta, (x, y) => logNoise(x, y) + shift, 1, scale, gradient, hessian)
      },
    population: () => {
      const { x, w } = compositeRule(-28, 28, 28, 14)
      const size = x.length ** 2
      const [mass, logRatio, features] = [size, size, 5 * size].map(length => new Float64Array(length))
      for (let i = 0; i < size; i++) {
        const [a, b] = [Math.floor(i / x.length), i % x.length]
        const logData = -Math.SQRT2 * (Math.abs(x[a]) + Math.abs(x[b])) - Math.LN2
        mass[i] = w[a] * w[b] * Math.exp(logData)
        logRatio[i] = logData - logNoise(x[a], x[b])
        features.set(slopes(truth, [x[a], x[b]]), 5 * i)
      }
      return { k: 5, mass, logRatio, features }
    },
    dimension: 2,
    logRatioAt: (theta, [x, y]) =>
      theta[4] -
      Math.SQRT2 * (Math.abs(theta[0] * x + theta[1] * y) + Math.abs(theta[2] * x + theta[3] * y)) -
      logNoise(x, y),
    features: slopes,
    logRatio: (theta, points) => {
      const sources = tf.matMul(points, tf.reshape(tf.slice(theta, 0, 4), [2, 2]), false, true)
      const logModel = tf.sub(tf.gather(theta, 4), tf.mul(tf.sum(tf.abs(sources), 1), Math.SQRT2))
      const squares = tf.sum(tf.square(points), 1)
      return tf.add(logModel, tf.sub(tf.div(squares, 2 * noiseVariance), logNoiseTop))
    },
  }
}

/** Unit-variance Laplace values by inversion, from the middles of 2²⁴ equal cells. */
function laplaceValues(key, count) {
  const values = uniformValues(key, count)
  for (let i = 0; i < count; i++) {
    const centred = values[i] + 2 ** -25 - 0.5
    values[i] = (-Math.sign(centred) * Math.log(1 - 2 * Math.abs(centred))) / Math.SQRT2
  }
  return values
}

/** ∂ log p_θ/∂θ: −√2 sign(w_i x) x_j, and 1. */
function slopes(theta, [x, y]) {
  const first = theta[0] * x + theta[1] * y > 0 ? -Math.SQRT2 : Math.SQRT2
  const second = theta[2] * x + theta[3] * y > 0 ? -Math.SQRT2 : Math.SQRT2
  return [first * x, first * y, second * x, second * y, 1]
}

function add(points, theta, offset, side, scale, gradient, hessian) {
  const t = new Float64Array(5)
  t[4] = 1
  for (let at = 0; at < points.length; at += 2) {
    const x = points[at]
    const y = points[at + 1]
    const s = theta[0] * x + theta[1] * y
    const r = theta[2] * x + theta[3] * y
    const exponent = theta[4] - Math.SQRT2 * (Math.abs(s) + Math.abs(r)) - offset(x, y)
    const first = s > 0 ? -Math.SQRT2 : Math.SQRT2
    const second = r > 0 ? -Math.SQRT2 : Math.SQRT2
    t[0] = first * x
    t[1] = first * y
    t[2] = second * x
    t[3] = second * y
    const u = 1 / (1 + Math.exp(-side * exponent))
    const w = scale * u * (1 - u)
    for (let a = 0; a < 5; a++) {
      gradient[a] += side * scale * u * t[a]
      for (let b = 0; b < 5; b++) hessian[a * 5 + b] += w * t[a] * t[b]
    }
  }
}
