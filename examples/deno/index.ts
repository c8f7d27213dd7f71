// Learns a projection that tells noisy views of 64 points apart, in Deno, and prints the loss as it falls.
import { useBackend } from '@chiaro/backend'
import { infoNceLoss } from '@chiaro/objectives'
import { key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

await useBackend('auto')
const points = normal(key(1), [64, 8])
const [a, b] = [2, 3].map(seed => tf.add(points, tf.mul(normal(key(seed), [64, 8]), 0.1)))
const projection = tf.variable(normal(key(4), [8, 4]))
const optimizer = tf.train.adam(0.05)
const loss = () => infoNceLoss(tf.matMul(a, projection), tf.matMul(b, projection), { temperature: 0.1 })
for (let step = 0; step <= 20; step++) {
  const value = optimizer.minimize(loss, true, [projection])
  if (step % 10 === 0) console.log(`step ${step}: loss ${value.dataSync()[0].toFixed(4)}`)
  value.dispose()
}
