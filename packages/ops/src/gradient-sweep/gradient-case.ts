import * as tf from '@tensorflow/tfjs-core'

/** The numbers a case is tried at. */
export interface CaseInput {
  readonly shape: readonly number[]
  /** Uniform in (low, high), or every number at least `spacing` from every other and half that from 0. */
  readonly draw: { readonly low: number; readonly high: number } | { readonly spacing: number }
}

/** One use of a kernel whose gradient is compared with finite differences. */
export interface GradientCase {
  /** The kernel that must run in `f`. */
  readonly kernel: string
  readonly title: string
  readonly inputs: readonly CaseInput[]
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor
  /** Half the width of the differences; default that of the test kit. */
  readonly eps?: number
}

/** Uniform numbers: for smooth functions. */
export function uniform(shape: readonly number[], low = -1, high = 1): CaseInput {
  return { shape, draw: { low, high } }
}

/** Numbers a step apart in a mixed order, both signs: nothing is near a tie or a kink at 0. */
export function spaced(shape: readonly number[], spacing = 0.2): CaseInput {
  return { shape, draw: { spacing } }
}

/** A case, its title ready for a test's name. */
export function gradientCase(
  kernel: string,
  title: string,
  inputs: readonly CaseInput[],
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  eps?: number,
): GradientCase {
  return { kernel, title: `${kernel}: ${title}`, inputs, f, eps }
}

/** Indices, labels, masks: tensors that take no gradient. */
export function int32(values: readonly number[], shape: readonly number[] = [values.length]): tf.Tensor {
  return tf.tensor([...values], [...shape], 'int32')
}
