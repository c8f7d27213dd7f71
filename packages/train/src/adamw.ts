import { checkNumber } from '@chiaro/core'
import { adamWStep } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Optimizer } from './optimizer.ts'
import { type DecayPredicate, decaysByDefault } from './weight-decay.ts'

export interface AdamWOptions {
  /** Memory of the gradients' mean. Default 0.9. */
  readonly beta1?: number
  /** Memory of the gradients' mean square. Default 0.999; CLIP takes 0.98. */
  readonly beta2?: number
  /** Added to the root mean square. Default 1e-8; CLIP takes 1e-6. */
  readonly epsilon?: number
  /** Decoupled decay, times the learning rate. Default 0.01. */
  readonly weightDecay?: number
  /** Which parameters decay. Default `decaysByDefault`: no biases, no norms. */
  readonly decay?: DecayPredicate
  /** A factor on the decay of each parameter that decays. Default 1 for all. */
  readonly weightDecayFactor?: (name: string) => number
}

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2; Kingma & Ba 2015 without decay). With gradient g, step t and
 * learning rate η:
 *
 *   m ← β1·m + (1 − β1)·g,   v ← β2·v + (1 − β2)·g²
 *   θ ← θ − η·( m/(1 − β1ᵗ) / (√(v/(1 − β2ᵗ)) + ε) + weightDecay·θ )
 *
 * State: "firstMoment/<name>" and "secondMoment/<name>". Runs the backend's fused kernel "AdamW" where there is one.
 *
 * @throws RangeError unless 0 ≤ β < 1, epsilon > 0 and weightDecay ≥ 0
 *
 * @example
 * ```ts
 * import { adamW } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const optimizer = adamW({ weightDecay: 0 })
 * const parameters = { w: tf.variable(tf.scalar(1)) }
 * const state = optimizer.init(parameters)
 * const options = { step: 1, learningRate: 0.1 }
 * const next = optimizer.update(parameters, { w: tf.scalar(5) }, state, options)
 * next.parameters.w.print() // 0.9: the first step is the learning rate long, whatever the gradient's size
 * ```
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options
  const { decay = decaysByDefault, weightDecayFactor = () => 1 } = options
  checkNumber('adamW', { beta1, beta2 }, { least: 0, below: 1 })
  checkNumber('adamW', { epsilon }, { above: 0 })
  checkNumber('adamW', { weightDecay }, { least: 0 })

  return {
    init(parameters) {
      const state: Record<string, tf.Tensor> = {}
      for (const [name, parameter] of Object.entries(parameters)) {
        state[`firstMoment/${name}`] = tf.zeros(parameter.shape)
        state[`secondMoment/${name}`] = tf.zeros(parameter.shape)
      }
      return state
    },
    update(parameters, gradients, state, options) {
      const { step, learningRate, gradientScale = 1, rateFactor = () => 1 } = options
      const names = Object.keys(parameters)
      const states = names.map(name => ({
        parameter: parameters[name],
        gradient: gradients[name],
        firstMoment: state[`firstMoment/${name}`],
        secondMoment: state[`secondMoment/${name}`],
      }))
      const results = adamWStep(states, {
        learningRates: names.map(name => learningRate * rateFactor(name)),
        weightDecays: names.map(name =>
          decay(name, parameters[name]) ? weightDecay * weightDecayFactor(name) : 0,
        ),
        beta1,
        beta2,
        epsilon,
        firstCorrection: 1 - beta1 ** step,
        secondCorrection: 1 - beta2 ** step,
        gradientScale,
      })
      const next: Record<string, tf.Tensor> = {}
      const nextState: Record<string, tf.Tensor> = {}
      names.forEach((name, i) => {
        next[name] = results[i].parameter
        nextState[`firstMoment/${name}`] = results[i].firstMoment
        nextState[`secondMoment/${name}`] = results[i].secondMoment
      })
      return { parameters: next, state: nextState }
    },
  }
}
