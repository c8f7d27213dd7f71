import * as tf from '@tensorflow/tfjs-core'
import { typeError } from './errors.ts'
import { hasFastKernel, runFastKernel } from './fast-kernel.ts'

/** The op name under which a kernel is registered with `registerFastKernel`. */
export const AdamW = 'AdamW'

/** Op "AdamW": four float32 tensors of one shape, which the kernel reads only. Their size may be 0. */
export interface AdamWInputs {
  readonly parameter: tf.TensorInfo
  readonly gradient: tf.TensorInfo
  readonly firstMoment: tf.TensorInfo
  readonly secondMoment: tf.TensorInfo
}

/**
 * Op "AdamW" makes three new float32 tensors [parameter, firstMoment, secondMoment] of the inputs' shape. With
 * g = gradientScale·gradient, elementwise and in float32,
 *
 *   m' = beta1·m + (1 − beta1)·g
 *   v' = beta2·v + (1 − beta2)·g²
 *   θ' = θ − learningRate·(m' / firstCorrection / (√(v' / secondCorrection) + epsilon) + weightDecay·θ).
 *
 * A kernel may contract or reorder within an element (its results then differ in the last bits), but must give
 * the same bits whenever it is given the same.
 */
export interface AdamWAttributes {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Decoupled, times the learning rate; 0 for parameters that do not decay. */
  readonly weightDecay: number
  /** 1 − beta1ᵗ at step t = 1, 2, … */
  readonly firstCorrection: number
  /** 1 − beta2ᵗ. */
  readonly secondCorrection: number
  /** What the gradient is multiplied by: 1, or below it where the global norm is clipped. */
  readonly gradientScale: number
}

/** A parameter after a step, and its moments; the caller disposes them. */
export interface AdamWResult {
  readonly parameter: tf.Tensor
  readonly firstMoment: tf.Tensor
  readonly secondMoment: tf.Tensor
}

/**
 * One step of AdamW (Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2, with the
 * decay multiplied by the learning rate as every framework does) on one tensor, by the equation of
 * `AdamWAttributes`. A backend with a kernel "AdamW" runs it in one pass; others compose tfjs ops. Has no
 * gradient.
 *
 * @throws TypeError when the four shapes differ or one is not float32
 */
export function adamWStep(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  firstMoment: tf.Tensor,
  secondMoment: tf.Tensor,
  attributes: AdamWAttributes,
): AdamWResult {
  const inputs = { parameter, gradient, firstMoment, secondMoment }
  for (const [name, tensor] of Object.entries(inputs)) {
    if (tensor.dtype !== 'float32' || !tf.util.arraysEqual(tensor.shape, parameter.shape)) {
      const expected = `float32 of the parameter's shape [${parameter.shape}]`
      throw typeError('adamWStep', name, expected, `${tensor.dtype} [${tensor.shape}]`)
    }
  }
  const outputs = hasFastKernel(AdamW)
    ? runFastKernel(AdamW, inputs, { ...attributes })
    : tf.tidy(() => composed(parameter, gradient, firstMoment, secondMoment, attributes))
  return { parameter: outputs[0], firstMoment: outputs[1], secondMoment: outputs[2] }
}

function composed(
  parameter: tf.Tensor,
  gradient: tf.Tensor,
  firstMoment: tf.Tensor,
  secondMoment: tf.Tensor,
  attributes: AdamWAttributes,
): tf.Tensor[] {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = attributes
  const { firstCorrection, secondCorrection, gradientScale } = attributes
  const g = gradientScale === 1 ? gradient : tf.mul(gradient, gradientScale)
  const m = tf.add(tf.mul(firstMoment, beta1), tf.mul(g, 1 - beta1))
  const v = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(g), 1 - beta2))
  const denominator = tf.add(tf.sqrt(tf.div(v, secondCorrection)), epsilon)
  const direction = tf.div(tf.div(m, firstCorrection), denominator)
  const decayed = weightDecay === 0 ? direction : tf.add(direction, tf.mul(parameter, weightDecay))
  return [tf.sub(parameter, tf.mul(decayed, learningRate)), m, v]
}
