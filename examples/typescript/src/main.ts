// Learns a projection that tells noisy views of 64 points apart: what draws give, losses take, with no cast.
import { useBackend } from '@chiaro/backend'
import type { RandomKey } from '@chiaro/core'
import { infoNceLoss } from '@chiaro/objectives'
import { foldIn, key, normal } from '@chiaro/random'
import { constant, fit, sgd } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

interface Views {
  readonly a: tf.Tensor2D
  readonly b: tf.Tensor2D
}

await useBackend('auto')
const points = normal(key(1), [64, 8])
const view = (seed: RandomKey): tf.Tensor2D => tf.add(points, tf.mul(normal(seed, [64, 8]), 0.1))

function* views(step: number): Generator<Views> {
  for (; ; step++) yield { a: view(foldIn(key(2), step)), b: view(foldIn(key(3), step)) }
}

const projection = tf.variable(normal(key(4), [8, 4]))
const steps = fit<Views>({
  parameters: { projection },
  batches: views,
  loss: ({ a, b }) => infoNceLoss(tf.matMul(a, projection), tf.matMul(b, projection), { temperature: 0.1 }),
  steps: 20,
  optimizer: sgd({ momentum: 0.9 }),
  schedule: constant(0.05),
  key: key(5),
})
for await (const { step, loss } of steps)
  if (step % 10 === 0) console.log(`step ${step}: loss ${loss.toFixed(4)}`)
