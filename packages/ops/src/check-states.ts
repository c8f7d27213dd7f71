import { described, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** Refuses an optimiser's states whose tensors are not float32 of their parameter's shape. */
export function checkStates<State extends { readonly parameter: tf.Tensor }>(
  where: string,
  states: readonly State[],
): void {
  states.forEach((state, i) => {
    const { shape } = state.parameter
    for (const [name, tensor] of Object.entries<tf.Tensor>(state as Readonly<Record<string, tf.Tensor>>)) {
      if (tensor.dtype === 'float32' && tf.util.arraysEqual(tensor.shape, shape)) continue
      const expected = `float32 [${shape.join(', ')}], as its parameter`
      throw typeError(where, `states[${i}].${name}`, expected, described(tensor))
    }
  })
}
