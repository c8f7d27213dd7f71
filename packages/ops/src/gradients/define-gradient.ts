import * as tf from '@tensorflow/tfjs-core'

/**
 * How a gradient is written here. `dy` is the gradient of the kernel's (first) output, `saved` the tensors
 * asked for in `Saved`, `attrs` the kernel's attributes and `dys` the gradients of all its outputs.
 * The result has one function for each input, by name (by position where the kernel takes a list), each
 * returning a new tensor with the input's shape. It is made of differentiable ops wherever a second
 * derivative exists.
 */
export type Backward<Attributes> = (
  dy: tf.Tensor,
  saved: tf.Tensor[],
  attrs: Attributes,
  dys: tf.Tensor[],
) => Record<string, () => tf.Tensor>

/** What the forward pass keeps for the backward one: inputs by name (or all of a list), outputs by position. */
export interface Saved {
  readonly inputs?: readonly string[]
  readonly allInputs?: boolean
  readonly outputs?: readonly boolean[]
}

/** Marks a gradient as Chiaro's; by a global symbol, so that two copies of this package know each other's. */
const brand = Symbol.for('chiaro.gradient')

/** Whether a registered gradient is one of ours. */
export function isChiaroGradient(config: unknown): boolean {
  return typeof config === 'object' && config !== null && brand in config
}

/** The gradient of a kernel of one input x, which is kept. */
export function gradientOfX<Attributes = Record<string, never>>(
  kernelName: string,
  backward: (dy: tf.Tensor, x: tf.Tensor, attrs: Attributes) => tf.Tensor,
): tf.GradConfig {
  return defineGradient<Attributes>(kernelName, { inputs: ['x'] }, (dy, [x], attrs) => ({
    x: () => backward(dy, x, attrs),
  }))
}

/** A gradient that is a kernel's output. */
export function run(kernel: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(kernel, inputs, attrs)
}

/** A gradient in the form tfjs registers. */
export function defineGradient<Attributes = Record<string, never>>(
  kernelName: string,
  save: Saved,
  backward: Backward<Attributes>,
): tf.GradConfig {
  const config: tf.GradConfig & { readonly [brand]: true } = {
    [brand]: true,
    kernelName,
    inputsToSave: [...(save.inputs ?? [])],
    outputsToSave: [...(save.outputs ?? [])],
    gradFunc: (dy, saved, attrs) => {
      const dys = Array.isArray(dy) ? dy : [dy]
      return backward(dys[0], saved, attrs as unknown as Attributes, dys)
    },
  }
  if (save.allInputs) config.saveAllInputs = true
  return config
}
