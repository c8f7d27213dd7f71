import { customGradient, logSumExp, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** States held at once: few enough that a chunk of them beside a thousand units stays at some megabytes. */
const chunk = 2048

/**
 * log Σ over s ∈ {0, 1}^k of exp(biasᵀs + Σ softplus(otherBias + s·weights)), the sum over one layer of a Boltzmann
 * machine whose other layer is summed in closed form. All 2^k states, a chunk at a time, so that memory does not grow
 * with them. Gradients are exact, first order.
 *
 * @param bias [k]
 * @param otherBias [m]
 * @param weights [k, m]
 */
export function binaryLogPartition(bias: tf.Tensor, otherBias: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return customGradient(
    (b, c, W) => {
      const units = b.size
      const chunks = chunksOf(units)
      const value = logSumExp(
        tf.stack(chunks.map(first => tf.tidy(() => logSumExp(logWeights(states(units, first), b, c, W))))),
      )
      return {
        value,
        saved: [b, c, W, value],
        gradient: (dy, [b, c, W, logZ]) => {
          // Sums of p(s)·s, p(s)·σ(a) and p(s)·s·σ(a)ᵀ with a = otherBias + s·weights.
          const parts = chunks.map(first =>
            tf.tidy(() => {
              const s = states(units, first)
              const p = tf.reshape(tf.exp(tf.sub(logWeights(s, b, c, W), logZ)), [-1, 1])
              const on = tf.mul(p, tf.sigmoid(tf.add(tf.matMul(s, W as tf.Tensor2D), c))) as tf.Tensor2D
              return [tf.sum(tf.mul(p, s), 0), tf.sum(on, 0), tf.matMul(s, on, true)]
            }),
          )
          return [0, 1, 2].map(i => tf.mul(dy, tf.addN(parts.map(part => part[i]))))
        },
      }
    },
    bias,
    otherBias,
    weights,
  ) as tf.Scalar
}

/** The log weights of all 2^k states, on the host, in binary order with unit 0 the lowest bit. */
export function binaryLogWeights(bias: tf.Tensor, otherBias: tf.Tensor, weights: tf.Tensor): Float32Array {
  const all = new Float32Array(2 ** bias.size)
  for (const first of chunksOf(bias.size)) {
    const part = tf.tidy(() => logWeights(states(bias.size, first), bias, otherBias, weights).dataSync())
    all.set(part as Float32Array, first)
  }
  return all
}

/** Unit j of state s. */
export function bit(state: number, j: number): number {
  return (state >>> j) & 1
}

function chunksOf(units: number): number[] {
  return Array.from({ length: Math.ceil(2 ** units / chunk) }, (_, i) => i * chunk)
}

function states(units: number, first: number): tf.Tensor2D {
  const count = Math.min(chunk, 2 ** units - first)
  const values = Float32Array.from({ length: count * units }, (_, i) =>
    bit(first + Math.floor(i / units), i % units),
  )
  return tf.tensor2d(values, [count, units])
}

function logWeights(s: tf.Tensor2D, bias: tf.Tensor, otherBias: tf.Tensor, W: tf.Tensor): tf.Tensor {
  const own = tf.sum(tf.mul(s, bias), 1)
  return tf.add(own, tf.sum(softplus(tf.add(tf.matMul(s, W as tf.Tensor2D), otherBias)), 1))
}
