import { checkNumber, conflictError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Optimizer } from './optimizer.ts'
import { type DecayPredicate, decaysByDefault } from './weight-decay.ts'

export interface SgdOptions {
  /** Default 0: no momentum, no state. */
  readonly momentum?: number
  /** Nesterov's look-ahead; needs momentum. Default false. */
  readonly nesterov?: boolean
  /** Decay added to the gradient (L2), before momentum. Default 0. */
  readonly weightDecay?: number
  /** Which parameters decay. Default `decaysByDefault`: no biases, no norms. */
  readonly decay?: DecayPredicate
}

/**
 * Stochastic gradient descent, with momentum μ in the form of Sutskever et al. 2013 that PyTorch and optax use:
 *
 *   g ← g + weightDecay·θ,   u ← μ·u + g
 *   θ ← θ − η·u,   with Nesterov: θ ← θ − η·(g + μ·u)
 *
 * State: "momentum/<name>", none without momentum.
 *
 * @throws RangeError unless 0 ≤ momentum < 1 and weightDecay ≥ 0; TypeError for nesterov without momentum
 *
 * @example
 * ```ts
 * import { sgd } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const optimizer = sgd({ momentum: 0.9 })
 * const w = tf.variable<tf.Rank>(tf.scalar(1))
 * let state = optimizer.init({ w })
 * for (const step of [1, 2]) {
 *   const next = optimizer.update({ w }, { w: tf.scalar(1) }, state, { step, learningRate: 0.1 })
 *   w.assign(next.parameters.w)
 *   state = next.state
 * }
 * w.print() // 1 − 0.1·1 − 0.1·(0.9 + 1) = 0.71
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, nesterov = false, weightDecay = 0, decay = decaysByDefault } = options
  checkNumber('sgd', { momentum }, { least: 0, below: 1 })
  checkNumber('sgd', { weightDecay }, { least: 0 })
  if (nesterov && momentum === 0) {
    throw conflictError('sgd', 'nesterov', 'nesterov needs a momentum above 0, got momentum 0')
  }

  return {
    init(parameters) {
      if (momentum === 0) return {}
      const entries = Object.entries(parameters)
      return Object.fromEntries(entries.map(([name, { shape }]) => [`momentum/${name}`, tf.zeros(shape)]))
    },
    update(parameters, gradients, state, options) {
      const { gradientScale = 1, rateFactor = () => 1 } = options
      const next: Record<string, tf.Tensor> = {}
      const nextState: Record<string, tf.Tensor> = {}
      for (const [name, parameter] of Object.entries(parameters)) {
        const learningRate = options.learningRate * rateFactor(name)
        const l2 = decay(name, parameter) ? weightDecay : 0
        const [moved, velocity] = tf.tidy(() => {
          const scaled = tf.mul(gradients[name], gradientScale)
          const g = l2 === 0 ? scaled : tf.add(scaled, tf.mul(parameter, l2))
          if (momentum === 0) return [tf.sub(parameter, tf.mul(g, learningRate))]
          const u = tf.add(tf.mul(state[`momentum/${name}`], momentum), g)
          const direction = nesterov ? tf.add(g, tf.mul(u, momentum)) : u
          return [tf.sub(parameter, tf.mul(direction, learningRate)), u]
        })
        next[name] = moved
        if (velocity !== undefined) nextState[`momentum/${name}`] = velocity
      }
      return { parameters: next, state: nextState }
    },
  }
}
