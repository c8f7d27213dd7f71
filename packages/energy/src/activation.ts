import { rangeError } from '@chiaro/core'
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

/** For callers whose types are not checked: names from a configuration or the command line. */
export function checkActivation(where: string, name: string): void {
  if (Object.hasOwn(functions, name)) return
  throw rangeError(where, 'activation', 'silu, softplus, tanh, elu or relu', name)
}
