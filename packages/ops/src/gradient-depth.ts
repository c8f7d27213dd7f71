import * as tf from '@tensorflow/tfjs-core'

/** How many gradient computations are recording what runs now: 0 outside `tf.grad`, 2 inside two of them. */
export function gradientDepth(): number {
  return tf.engine().state.gradientDepth
}
