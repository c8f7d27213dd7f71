import type { Buffers, Parameters } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** Variables as an encoder makes them, by name. */
export interface Variables {
  /** A trainable variable with the values of `initial`, which is disposed. */
  parameter<T extends tf.Tensor>(name: string, initial: T): tf.Variable & T
  /** One that training changes without a gradient. */
  buffer<T extends tf.Tensor>(name: string, initial: T): tf.Variable & T
  readonly parameters: Parameters
  readonly buffers: Buffers
}

export function newVariables(): Variables {
  const parameters: Record<string, tf.Variable> = {}
  const buffers: Record<string, tf.Variable> = {}
  const add = <T extends tf.Tensor>(where: Record<string, tf.Variable>, name: string, initial: T) => {
    const variable = tf.variable(initial, where === parameters)
    initial.dispose()
    where[name] = variable
    return variable as tf.Variable & T
  }
  return {
    parameter: (name, initial) => add(parameters, name, initial),
    buffer: (name, initial) => add(buffers, name, initial),
    parameters,
    buffers,
  }
}

/** Frees an encoder's variables. */
export function disposeEncoder(encoder: {
  readonly parameters: Parameters
  readonly buffers: Buffers
}): void {
  tf.dispose([...Object.values(encoder.parameters), ...Object.values(encoder.buffers)])
}

/** How many numbers training changes. */
export function countParameters(encoder: { readonly parameters: Parameters }): number {
  return Object.values(encoder.parameters).reduce((sum, { size }) => sum + size, 0)
}
