import type { Variables } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * Makes the trainable variable of a name. A new model's has the values of `start`, which is called once; a loaded
 * model's those of its checkpoint, and `start` is not called, so that nothing is drawn only to be replaced.
 */
export type NewParameter = <T extends tf.Tensor>(
  name: string,
  shape: readonly number[],
  start: () => tf.Tensor,
) => tf.Variable & T

/** Parameters of a new model. */
export function drawn(variables: Variables): NewParameter {
  return <T extends tf.Tensor>(name: string, _: readonly number[], start: () => tf.Tensor) =>
    variables.parameter(name, start() as T)
}
