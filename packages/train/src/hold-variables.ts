import type { Buffers } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * The present values of variables, to be given back: a step that fails in the middle may have moved running statistics
 * already. Nothing is copied, the values are only kept.
 */
export function holdVariables(variables: Buffers): { restore(): void; release(): void } {
  const entries = Object.values(variables).map(variable => [variable, tf.keep(tf.clone(variable))] as const)
  return {
    restore: () => {
      for (const [variable, value] of entries) variable.assign(value)
    },
    release: () => tf.dispose(entries.map(([, value]) => value)),
  }
}
