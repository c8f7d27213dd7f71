import { type Critic, checkInteger, checkShape, newVariables, type RandomKey } from '@chiaro/core'
import { foldIn, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

export interface BilinearCriticOptions {
  /** Numbers in a row of x. */
  readonly xDimension: number
  /** Numbers in a row of y. */
  readonly yDimension: number
  /** Adds −½·yᵀAy with a learned symmetric A, what a Gaussian's exact critic needs. Default false. */
  readonly quadratic?: boolean
}

/**
 * A critic that is bilinear in its pair, r(x, y) = xᵀWy − ½·yᵀAy (van den Oord et al. 2018; docs/notes.md eq. 1.14).
 * For Gaussians correlated by ρ in each dimension the exact one, up to what cancels in a ranking over y, has W = ρ/(1 − ρ²)·I and A = ρ²/(1 − ρ²)·I.
 *
 * logits: [n, xDimension], [m, yDimension] → [n, m]. Parameters "bilinear" and, where it is asked for, "quadratic",
 * which begins at 0 and counts by its symmetric part.
 *
 * @throws RangeError for dimensions that are no positive integers; logits: TypeError for other shapes
 *
 * @example
 * ```ts
 * import { bilinearCritic } from '@chiaro/energy'
 * import { key, normal } from '@chiaro/random'
 *
 * const critic = bilinearCritic({ xDimension: 3, yDimension: 2, quadratic: true }, key(1))
 * console.log(critic.logits(normal(key(2), [8, 3]), normal(key(3), [16, 2])).shape) // [8, 16]
 * ```
 */
export function bilinearCritic(options: BilinearCriticOptions, key: RandomKey): Critic {
  const { xDimension, yDimension, quadratic = false } = options
  checkInteger('bilinearCritic', { xDimension, yDimension }, { least: 1 })
  const variables = newVariables()
  const standardDeviation = 1 / Math.sqrt(xDimension * yDimension)
  const W = variables.parameter(
    'bilinear',
    normal(foldIn(key, 0), [xDimension, yDimension], { standardDeviation }) as tf.Tensor2D,
  )
  const A = quadratic
    ? variables.parameter('quadratic', tf.zeros([yDimension, yDimension]) as tf.Tensor2D)
    : undefined
  return {
    parameters: variables.parameters,
    logits(x, y) {
      checkShape('logits', { x }, ['n', xDimension])
      checkShape('logits', { y }, ['m', yDimension])
      return tf.tidy(() => {
        const pairs = tf.matMul(tf.matMul(x as tf.Tensor2D, W), y as tf.Tensor2D, false, true) as tf.Tensor2D
        if (A === undefined) return pairs
        const squares = tf.sum(tf.mul(tf.matMul(y as tf.Tensor2D, A), y), 1)
        return tf.sub(pairs, tf.mul(squares, 0.5)) as tf.Tensor2D
      })
    },
  }
}
