import * as tf from '@tensorflow/tfjs-core'

/** A function's value, what its gradient needs, and the gradient: one tensor for each input. */
export interface ValueAndGradient {
  readonly value: tf.Tensor
  readonly saved: readonly tf.Tensor[]
  readonly gradient: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[]
}

/**
 * tfjs's `customGrad` with types that fit. The gradient may use `saved` only: other tensors of the forward pass
 * may be disposed by the time it runs. Saved inputs keep their place in a higher derivative, saved outputs are
 * constants there.
 */
export function customGradient(
  f: (...inputs: tf.Tensor[]) => ValueAndGradient,
  ...inputs: tf.Tensor[]
): tf.Tensor {
  return tf.customGrad((...all) => {
    const save = all[inputs.length] as unknown as (tensors: tf.Tensor[]) => void
    const { value, saved, gradient } = f(...(all.slice(0, inputs.length) as tf.Tensor[]))
    save([...saved])
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => gradient(dy, kept) }
  })(...inputs)
}
