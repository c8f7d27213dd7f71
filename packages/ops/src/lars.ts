import * as tf from '@tensorflow/tfjs-core'
import { checkStates } from './check-states.ts'
import { fastOr } from './differentiable-op.ts'

/** The op name under which a kernel is registered with `registerFastKernel`. */
export const Lars = 'Lars'

/**
 * Op "Lars" takes a list, three float32 tensors of one shape for each parameter (its value, gradient and momentum),
 * which the kernel reads only, and makes a list, two new ones for each: value and momentum. For parameter i
 *
 *   g = gradientScale·gradient + weightDecays[i]·θ
 *   r = trustCoefficients[i]·‖θ‖/‖g‖, and 1 where the coefficient is 0, or a norm
 *   u' = momentum·u + learningRate·r·g
 *   θ' = θ − u'.
 *
 * A kernel may contract or reorder, but must give the same bits whenever it is given the same.
 */
export interface LarsAttributes {
  readonly learningRate: number
  readonly momentum: number
  readonly weightDecays: readonly number[]
  /** 0 for parameters that are not adapted. */
  readonly trustCoefficients: readonly number[]
  /** What the gradients are multiplied by: 1, or below it where the global norm is clipped. */
  readonly gradientScale: number
}

/** A parameter before a step. */
export interface LarsState extends LarsResult {
  readonly gradient: tf.Tensor
}

/** A parameter after a step, and its momentum; the caller disposes them. */
export interface LarsResult {
  readonly parameter: tf.Tensor
  readonly momentum: tf.Tensor
}

/**
 * One step of LARS (You, Gitman and Ginsburg 2017) on all parameters at once, by the equation of `LarsAttributes`. A
 * backend with a kernel "Lars" runs it in one call; others compose tfjs ops. Has no gradient.
 *
 * @throws TypeError when the three shapes of a parameter differ or one is not float32
 */
export function larsStep(states: readonly LarsState[], attributes: LarsAttributes): LarsResult[] {
  checkStates('larsStep', states)
  if (states.length === 0) return []
  const outputs = fastOr(
    Lars,
    () => states.flatMap(({ parameter, gradient, momentum }) => [parameter, gradient, momentum]),
    attributes,
    () => states.flatMap((state, i) => composed(state, i, attributes)),
  )
  return states.map((_, i) => ({ parameter: outputs[2 * i], momentum: outputs[2 * i + 1] }))
}

function composed(state: LarsState, i: number, attributes: LarsAttributes): tf.Tensor[] {
  const { parameter, gradient, momentum } = state
  const { learningRate, weightDecays, trustCoefficients, gradientScale } = attributes
  const scaled = tf.mul(gradient, gradientScale)
  const g = weightDecays[i] === 0 ? scaled : tf.add(scaled, tf.mul(parameter, weightDecays[i]))
  const step = trustCoefficients[i] === 0 ? g : tf.mul(g, trustRatio(parameter, g, trustCoefficients[i]))
  const u = tf.add(tf.mul(momentum, attributes.momentum), tf.mul(step, learningRate))
  return [tf.sub(parameter, u), u]
}

/** Stays on the device: nothing waits for a norm. */
function trustRatio(parameter: tf.Tensor, gradient: tf.Tensor, coefficient: number): tf.Tensor {
  const [ofParameter, ofGradient] = [parameter, gradient].map(x => tf.sqrt(tf.sum(tf.square(x))))
  const both = tf.logicalAnd(tf.greater(ofParameter, 0), tf.greater(ofGradient, 0))
  const divisor = tf.where(both, ofGradient, tf.onesLike(ofGradient))
  return tf.where(both, tf.mul(tf.div(ofParameter, divisor), coefficient), tf.onesLike(divisor))
}
