import * as tf from '@tensorflow/tfjs-core'
import { normalValues } from '../sample-values.ts'

export interface CorrelatedGaussians {
  readonly pairs: number
  readonly dimension: number
  /** In nats: −(d/2) log(1 − ρ²). */
  readonly information: number
}

/**
 * The exact critic's logits log p(x_i, y_j) − log p(x_i)p(y_j) for `pairs` draws of standard normal x and y that have
 * correlation ρ dimension by dimension, float32 [pairs, pairs]:
 *
 *   ρ/(1 − ρ²) x·y − ½ ρ²/(1 − ρ²) (|x|² + |y|²) − (d/2) log(1 − ρ²).
 */
export function correlatedLogits(
  seed: number,
  { pairs, dimension, information }: CorrelatedGaussians,
): tf.Tensor2D {
  const rho = Math.sqrt(-Math.expm1((-2 * information) / dimension))
  const size = pairs * dimension
  const x = normalValues(2 * seed, size)
  const noise = normalValues(2 * seed + 1, size)
  const y = x.map((value, at) => rho * value + Math.sqrt(1 - rho ** 2) * noise[at])
  const logits = new Float32Array(pairs * pairs)
  for (let i = 0; i < pairs; i++) {
    for (let j = 0; j < pairs; j++) {
      let product = 0
      let squares = 0
      for (let at = 0; at < dimension; at++) {
        const [a, b] = [x[i * dimension + at], y[j * dimension + at]]
        product += a * b
        squares += a * a + b * b
      }
      logits[i * pairs + j] = (rho * product - (rho ** 2 * squares) / 2) / (1 - rho ** 2) + information
    }
  }
  return tf.tensor2d(logits, [pairs, pairs])
}
