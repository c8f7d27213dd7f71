// What someone who installed Chiaro writes: a loss and its gradient, on wasm.
import '@chiaro/backend-wasm'
import { clipLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'

export async function compute() {
  if (!(await tf.setBackend('wasm')) || tf.getBackend() !== 'wasm') throw new Error('wasm does not start')
  const image = tf.tensor2d([
    [3, 4],
    [1, 0],
    [0, 2],
  ])
  const text = tf.tensor2d([
    [1, 0],
    [1, 1],
    [0, 1],
  ])
  const lossOf = (a, b) => clipLoss(a, b, { logitScale: 2 })
  const { value, grads } = tf.valueAndGrads(lossOf)([image, text])
  const [loss] = await value.data()
  return { loss, gradient: Array.from(await grads[0].data()) }
}
