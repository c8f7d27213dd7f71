// The one place that looks into tfjs's engine: what it records at the moment, which tfjs has no function for.
import * as tf from '@tensorflow/tfjs-core'

/** How many gradient computations are recording what runs now: 0 outside `tf.grad`, 2 inside two of them. */
export function gradientDepth(): number {
  return tf.engine().state.gradientDepth
}

/**
 * A saved output, fit for a second derivative. tfjs records the saved copy of an output before the kernel that
 * made it, so that an outer gradient doesn't see where the copy came from and silently loses its part. While
 * an outer gradient records, the output is therefore computed again from the saved inputs.
 */
export function savedOutput(y: tf.Tensor, again: () => tf.Tensor): tf.Tensor {
  return gradientDepth() > 0 ? again() : y
}

/**
 * f(), which takes gradients. Where it throws, tfjs forgets what its tape saved for the backward pass without freeing it, and
 * no tidy holds it: here it is freed.
 */
export function withTapeFreed<T>(f: () => T): T {
  try {
    return f()
  } catch (error) {
    const { state } = tf.engine()
    // A gradient around this one still records, on the same tape: freeing is its own affair.
    if (state.gradientDepth === 0) {
      for (const { saved } of state.activeTape ?? []) tf.dispose(saved)
      state.activeTape = null as unknown as typeof state.activeTape
    }
    throw error
  }
}

/** f(), which may take gradients of its own within another's backward pass: tfjs has one tape, and f's end clears it. */
export function withTapeOfItsOwn<T>(f: () => T): T {
  const { state } = tf.engine()
  const around = state.activeTape
  try {
    return withTapeFreed(f)
  } finally {
    state.activeTape = around
  }
}
