import { philoxNormals, philoxUniforms } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { fastOr } from './differentiable-op.ts'

/**
 * The op names under which kernels are registered with `registerFastKernel`. They have no inputs and make [y], float32,
 * of the words of Philox4x32-10 under a key, from block 0 on: word i is word i mod 4 of block ⌊i/4⌋. The bits must be those
 * of `philoxUniforms` and `philoxNormals` of @chiaro/core.
 */
export const PhiloxUniform = 'PhiloxUniform'
export const PhiloxNormal = 'PhiloxNormal'

/** y_i = minimum + width·(⌊word_i / 2⁸⌋·2⁻²⁴), each operation rounded to float32. */
export interface PhiloxUniformAttributes {
  readonly shape: readonly number[]
  /** The key: its lower and its upper word. */
  readonly words: readonly [low: number, high: number]
  readonly minimum: number
  readonly width: number
}

/** Box and Muller's pairs, in float64 and rounded once; see `philoxNormals` of @chiaro/core. */
export interface PhiloxNormalAttributes {
  readonly shape: readonly number[]
  /** The key: its lower and its upper word. */
  readonly words: readonly [low: number, high: number]
  readonly mean: number
  readonly standardDeviation: number
}

/** Uniform float32 of a key's words: by the backend's kernel, or on the host. */
export function philoxUniform(attributes: PhiloxUniformAttributes): tf.Tensor {
  const composed = () => {
    const { shape, words, minimum, width } = attributes
    const values = philoxUniforms(words, tf.util.sizeFromShape([...shape]), minimum, width)
    return [tf.tensor(values, [...shape], 'float32')]
  }
  return fastOr(PhiloxUniform, () => ({}), attributes, composed)[0]
}

/** Normal float32 of a key's words: by the backend's kernel, or on the host. */
export function philoxNormal(attributes: PhiloxNormalAttributes): tf.Tensor {
  const composed = () => {
    const { shape, words, mean, standardDeviation } = attributes
    const values = philoxNormals(words, tf.util.sizeFromShape([...shape]), mean, standardDeviation)
    return [tf.tensor(values, [...shape], 'float32')]
  }
  return fastOr(PhiloxNormal, () => ({}), attributes, composed)[0]
}
