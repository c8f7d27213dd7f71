import * as tf from '@tensorflow/tfjs-core'
import type { Buffers, Parameters } from '../contracts.ts'

/** A model's variables while it is being made, by the names that its checkpoint will have. */
export interface Variables {
  /** A trainable variable with the values of `initial`, which is disposed. */
  parameter<T extends tf.Tensor>(name: string, initial: T): tf.Variable & T
  /** One that training changes without a gradient. */
  buffer<T extends tf.Tensor>(name: string, initial: T): tf.Variable & T
  readonly parameters: Parameters
  readonly buffers: Buffers
}

/** No variables yet. */
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

/** Frees a model's variables: its parameters and, where it has them, its buffers. */
export function disposeModel(model: { readonly parameters: Parameters; readonly buffers?: Buffers }): void {
  tf.dispose([...Object.values(model.parameters), ...Object.values(model.buffers ?? {})])
}

/** How many numbers training changes. */
export function countParameters(model: { readonly parameters: Parameters }): number {
  return Object.values(model.parameters).reduce((sum, { size }) => sum + size, 0)
}
