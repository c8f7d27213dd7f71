import * as tf from '@tensorflow/tfjs-core'
import { checkStates } from './check-states.ts'
import { fastOr } from './differentiable-op.ts'

/** The op name under which a kernel is registered with `registerFastKernel`. */
export const AdamW = 'AdamW'

/**
 * Op "AdamW" takes a list, four float32 tensors of one shape for each parameter (its value, gradient, first and second
 * moment), which the kernel reads only, and makes a list, three new ones for each: value and moments. Sizes may be 0.
 * With g = gradientScale·gradient, elementwise and in float32, for parameter i
 *
 *   m' = beta1·m + (1 − beta1)·g
 *   v' = beta2·v + (1 − beta2)·g²
 *   θ' = θ − learningRates[i]·(m' / firstCorrection / (√(v' / secondCorrection) + epsilon) + weightDecays[i]·θ).
 *
 * A kernel may contract or reorder within an element (its results then differ in the last bits), but must give
 * the same bits whenever it is given the same.
 */
export interface AdamWAttributes {
  readonly learningRates: readonly number[]
  /** Decoupled, times the learning rate; 0 for parameters that do not decay. */
  readonly weightDecays: readonly number[]
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** 1 − beta1ᵗ at step t = 1, 2, … */
  readonly firstCorrection: number
  /** 1 − beta2ᵗ. */
  readonly secondCorrection: number
  /** What the gradients are multiplied by: 1, or below it where the global norm is clipped. */
  readonly gradientScale: number
}

/** A parameter before a step. */
export interface AdamWState extends AdamWResult {
  readonly gradient: tf.Tensor
}

/** A parameter after a step, and its moments; the caller disposes them. */
export interface AdamWResult {
  readonly parameter: tf.Tensor
  readonly firstMoment: tf.Tensor
  readonly secondMoment: tf.Tensor
}

/**
 * One step of AdamW (Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2, with the
 * decay multiplied by the learning rate as every framework does) on all parameters at once, by the equation of
 * `AdamWAttributes`. A backend with a kernel "AdamW" runs it in one call and one pass; others compose tfjs ops. Has no
 * gradient.
 *
 * @throws TypeError when the four shapes of a parameter differ or one is not float32
 */
export function adamWStep(states: readonly AdamWState[], attributes: AdamWAttributes): AdamWResult[] {
  checkStates('adamWStep', states)
  if (states.length === 0) return []
  const outputs = fastOr(
    AdamW,
    () => states.flatMap(state => [state.parameter, state.gradient, state.firstMoment, state.secondMoment]),
    attributes,
    () => states.flatMap((state, i) => composed(state, i, attributes)),
  )
  return states.map((_, i) => {
    const [parameter, firstMoment, secondMoment] = outputs.slice(3 * i, 3 * i + 3)
    return { parameter, firstMoment, secondMoment }
  })
}

function composed(state: AdamWState, i: number, attributes: AdamWAttributes): tf.Tensor[] {
  const { parameter, gradient, firstMoment, secondMoment } = state
  const { learningRates, beta1, beta2, epsilon, weightDecays } = attributes
  const { firstCorrection, secondCorrection, gradientScale } = attributes
  const g = gradientScale === 1 ? gradient : tf.mul(gradient, gradientScale)
  const m = tf.add(tf.mul(firstMoment, beta1), tf.mul(g, 1 - beta1))
  const v = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(g), 1 - beta2))
  const denominator = tf.add(tf.sqrt(tf.div(v, secondCorrection)), epsilon)
  const direction = tf.div(tf.div(m, firstCorrection), denominator)
  const decayed = weightDecays[i] === 0 ? direction : tf.add(direction, tf.mul(parameter, weightDecays[i]))
  return [tf.sub(parameter, tf.mul(decayed, learningRates[i])), m, v]
}
