import { checkNumber } from '@chiaro/core'
import { larsStep } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Optimizer, RateFactor } from './optimizer.ts'
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
 *
 * @example
 * ```ts
 * import { lars } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const optimizer = lars({ weightDecay: 0, trustCoefficient: 0.01 })
 * const parameters = { 'layer/kernel': tf.variable(tf.ones([2, 2])) }
 * const state = optimizer.init(parameters)
 * for (const size of [1, 1000]) {
 *   const gradients = { 'layer/kernel': tf.fill([2, 2], size) }
 *   const next = optimizer.update(parameters, gradients, state, { step: 1, learningRate: 1 })
 *   next.parameters['layer/kernel'].print() // 0.99 both times: a step is a share of the weights' norm
 * }
 * ```
 */
export function lars(options: LarsOptions = {}): Optimizer {
  const { momentum = 0.9, weightDecay = 1e-6, trustCoefficient = 1e-3, decay = decaysByDefault } = options
  checkNumber('lars', { momentum }, { least: 0, below: 1 })
  checkNumber('lars', { weightDecay }, { least: 0 })
  checkNumber('lars', { trustCoefficient }, { above: 0 })
  return {
    init(parameters) {
      const entries = Object.entries(parameters)
      return Object.fromEntries(entries.map(([name, { shape }]) => [`momentum/${name}`, tf.zeros(shape)]))
    },
    update(parameters, gradients, state, { learningRate, gradientScale = 1, rateFactor = () => 1 }) {
      const next: Record<string, tf.Tensor> = {}
      const nextState: Record<string, tf.Tensor> = {}
      for (const [factor, names] of byFactor(Object.keys(parameters), rateFactor)) {
        const adapted = names.map(name => decay(name, parameters[name]))
        const states = names.map(name => ({
          parameter: parameters[name],
          gradient: gradients[name],
          momentum: state[`momentum/${name}`],
        }))
        const results = larsStep(states, {
          learningRate: learningRate * factor,
          momentum,
          weightDecays: adapted.map(yes => (yes ? weightDecay : 0)),
          trustCoefficients: adapted.map(yes => (yes ? trustCoefficient : 0)),
          gradientScale,
        })
        names.forEach((name, i) => {
          next[name] = results[i].parameter
          nextState[`momentum/${name}`] = results[i].momentum
        })
      }
      return { parameters: next, state: nextState }
    },
  }
}

/** Names in groups of one learning rate: the step has one for all that it moves. */
function byFactor(names: readonly string[], rateFactor: RateFactor): Map<number, string[]> {
  const groups = new Map<number, string[]>()
  for (const name of names) {
    const factor = rateFactor(name)
    groups.set(factor, [...(groups.get(factor) ?? []), name])
  }
  return groups
}
