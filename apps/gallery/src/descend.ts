import type { Parameters } from '@chiaro/core'
import { key } from '@chiaro/random'
import { adamW, fit, warmupCosine } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'

/** Brings a loss of all the data at once to its minimum; returns the last loss. */
export async function descend(
  parameters: Parameters,
  loss: () => tf.Scalar,
  { steps = 400, peak = 0.1 }: { readonly steps?: number; readonly peak?: number } = {},
): Promise<number> {
  function* nothing() {
    for (;;) yield {}
  }
  let last = Number.NaN
  const training = fit({
    parameters,
    loss,
    batches: nothing(),
    steps,
    optimizer: adamW({ beta2: 0.99, weightDecay: 0 }),
    schedule: warmupCosine({ peak, steps }),
    key: key(0),
  })
  for await (const step of training) last = step.loss
  return last
}
