import { useBackend } from '@chiaro/backend'
import { infoNceLoss } from '@chiaro/objectives'
import { key, normal } from '@chiaro/random'
import { constant, fit, sgd } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

/** Learns a projection that tells noisy views of 64 points apart; gives the loss of each of 20 steps. */
export async function* train() {
  await useBackend('cpu')
  const points = normal(key(1), [64, 8])
  const view = seed => tf.add(points, tf.mul(normal(key(seed), [64, 8]), 0.1))
  const projection = tf.variable(normal(key(4), [8, 4]))
  yield* fit({
    parameters: { projection },
    batches: function* (step) {
      for (; ; step++) yield [view(2 * step), view(2 * step + 1)]
    },
    loss: ([a, b]) => infoNceLoss(tf.matMul(a, projection), tf.matMul(b, projection), { temperature: 0.1 }),
    steps: 20,
    optimizer: sgd({ momentum: 0.9 }),
    schedule: constant(0.05),
    key: key(5),
  })
}
