import { rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Optimizer } from './optimizer.ts'
import { type DecayPredicate, decaysByDefault } from './weight-decay.ts'

export interface LarsOptions {
  /** μ. Default 0.9. */
  readonly momentum?: number
  /** Added to the gradient, before the trust ratio. Default 1e-6, SimCLR's. */
  readonly weightDecay?: number
  /** The trust coefficient, below. Default 1e-3. */
  readonly trustCoefficient?: number
  /** Which parameters decay and are adapted; the others follow plain momentum. Default `decaysByDefault`. */
  readonly decay?: DecayPredicate
}

/**
 * Layer-wise adaptive rate scaling (You, Gitman and Ginsburg 2017), SimCLR's optimiser for large batches, in the form of
 * its authors, where the learning rate stays outside of the momentum's memory:
 *
 *   g ← g + weightDecay·θ,   r = trustCoefficient·‖θ‖/‖g‖ (1 where either is 0),   u ← μ·u + η·r·g,   θ ← θ − u
 *
 * one ratio r a parameter tensor; biases and norms have r = 1 and no decay. State: "momentum/<name>".
 *
 * @throws RangeError unless 0 ≤ momentum < 1, weightDecay ≥ 0 and trustCoefficient > 0
 */
export function lars(options: LarsOptions = {}): Optimizer {
  const { momentum = 0.9, weightDecay = 1e-6, trustCoefficient = 1e-3, decay = decaysByDefault } = options
  if (!(momentum >= 0 && momentum < 1)) throw rangeError('lars', 'momentum', 'in [0, 1)', String(momentum))
  if (!(weightDecay >= 0)) throw rangeError('lars', 'weightDecay', 'not negative', String(weightDecay))
  if (!(trustCoefficient > 0))
    throw rangeError('lars', 'trustCoefficient', 'positive', String(trustCoefficient))
  return {
    init(parameters) {
      const entries = Object.entries(parameters)
      return Object.fromEntries(entries.map(([name, { shape }]) => [`momentum/${name}`, tf.zeros(shape)]))
    },
    update(parameters, gradients, state, { learningRate, gradientScale = 1 }) {
      const next: Record<string, tf.Tensor> = {}
      const nextState: Record<string, tf.Tensor> = {}
      for (const [name, parameter] of Object.entries(parameters)) {
        const adapted = decay(name, parameter)
        const [moved, velocity] = tf.tidy(() => {
          const scaled = tf.mul(gradients[name], gradientScale)
          const g = adapted ? tf.add(scaled, tf.mul(parameter, weightDecay)) : scaled
          const step = adapted ? tf.mul(g, trustRatio(parameter, g, trustCoefficient)) : g
          const u = tf.add(tf.mul(state[`momentum/${name}`], momentum), tf.mul(step, learningRate))
          return [tf.sub(parameter, u), u]
        })
        next[name] = moved
        nextState[`momentum/${name}`] = velocity
      }
      return { parameters: next, state: nextState }
    },
  }
}

/** Stays on the device: nothing waits for a norm. */
function trustRatio(parameter: tf.Tensor, gradient: tf.Tensor, coefficient: number): tf.Tensor {
  const [ofParameter, ofGradient] = [parameter, gradient].map(x => tf.sqrt(tf.sum(tf.square(x))))
  const both = tf.logicalAnd(tf.greater(ofParameter, 0), tf.greater(ofGradient, 0))
  const divisor = tf.where(both, ofGradient, tf.onesLike(ofGradient))
  return tf.where(both, tf.mul(tf.div(ofParameter, divisor), coefficient), tf.onesLike(divisor))
}
