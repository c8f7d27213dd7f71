import { checkNumber, type Parameters } from '@chiaro/core'
// What comes out is differentiated: this registers the gradients.
import '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

export interface LearnedLogitScaleOptions {
  /** The scale at first, a multiplier (the inverse of a temperature). Default 1/0.07, CLIP's. */
  readonly initial?: number
  /** What `clamp` keeps the scale at or below. Default 100, CLIP's. */
  readonly maximum?: number
  /** What `clamp` keeps the scale at or above. Default 1. */
  readonly minimum?: number
}

export interface LearnedLogitScale {
  /** { "logitScale/logarithm": log s }: one more parameter for `fit`. It never decays. */
  readonly parameters: Parameters
  /** s = exp(log s), what objectives take as `logitScale`; the caller disposes it. */
  scale(): tf.Scalar
  /** Brings log s back into [log minimum, log maximum]; `fit` calls it after a step (`afterStep`). */
  clamp(): void
}

/**
 * CLIP's learned logit scale (Radford et al. 2021, §2.5): the logarithm is what is learned, so the gradient is
 * ∂L/∂log s = s·∂L/∂s and the scale stays positive. The clamp acts on the parameter after a step and is no part of
 * the loss: at the bound the gradient is the same formula, so a scale that should fall does.
 *
 * @throws RangeError unless 0 < minimum ≤ initial ≤ maximum are finite
 *
 * @example
 * ```ts
 * import { clipLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import { learnedLogitScale } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const { parameters, scale, clamp } = learnedLogitScale({ initial: 90 })
 * const x = normal(key(1), [16, 8])
 * // Matched pairs: a larger scale is better, up to what `clamp` leaves.
 * for (let step = 0; step < 5; step++) {
 *   tf.train.sgd(1000).minimize(() => clipLoss(x, tf.add(x, 0.1), { logitScale: scale() }))
 *   clamp() // `fit` does, as afterStep
 * }
 * console.log(scale().dataSync()[0] <= 100.001, Object.keys(parameters))
 * ```
 */
export function learnedLogitScale(options: LearnedLogitScaleOptions = {}): LearnedLogitScale {
  const { initial = 1 / 0.07, maximum = 100, minimum = 1 } = options
  checkNumber('learnedLogitScale', { minimum }, { above: 0 })
  checkNumber('learnedLogitScale', { maximum }, { least: minimum })
  checkNumber('learnedLogitScale', { initial }, { least: minimum, most: maximum })
  const logarithm = tf.tidy(() => tf.variable(tf.scalar(Math.log(initial))))
  return {
    parameters: { 'logitScale/logarithm': logarithm },
    scale: () => tf.exp(logarithm) as tf.Scalar,
    clamp() {
      const clamped = tf.clipByValue(logarithm, Math.log(minimum), Math.log(maximum))
      logarithm.assign(clamped)
      clamped.dispose()
    },
  }
}
