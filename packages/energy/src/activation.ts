import { silu, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** Nonlinearities between layers; all but 'relu' have a slope everywhere. */
export type Activation = 'silu' | 'softplus' | 'tanh' | 'elu' | 'relu'

const functions: Readonly<Record<Activation, (x: tf.Tensor) => tf.Tensor>> = {
  silu,
  softplus,
  tanh: x => tf.tanh(x),
  elu: x => tf.elu(x),
  relu: x => tf.relu(x),
}

export function activate(name: Activation, x: tf.Tensor): tf.Tensor {
  return functions[name](x)
}

/** The names, for callers whose types are not checked: a configuration, the command line. */
export const activations = Object.keys(functions)
