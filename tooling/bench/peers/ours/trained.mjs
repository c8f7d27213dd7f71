import { key } from '@chiaro/random'
import { adamW, constant, fit } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Training as a program does it: each step is one of `fit`'s. `results` are the loss and its gradients of a batch, before
 * any step.
 */
export function trained(parameters, loss, batch, replay) {
  const steps = fit({
    parameters,
    loss,
    batches: function* () {
      for (;;) yield batch()
    },
    steps: 1_000_000,
    optimizer: adamW({ weightDecay: 0 }),
    schedule: constant(1e-3),
    key: key(1),
    replay,
  })
  return {
    step: () => steps.next(),
    dispose: () => steps.return(),
    results() {
      const { value, grads } = tf.variableGrads(() => loss(batch()), Object.values(parameters))
      return { value, gradients: Object.values(grads) }
    },
  }
}
