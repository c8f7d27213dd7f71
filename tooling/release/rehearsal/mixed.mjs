// A program of a tree that has two versions of core and ops: its own, and those of the other packages.
import { useBackend } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import { clipLoss } from '@chiaro/objectives'
import * as ops from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

await useBackend('wasm')
const image = tf.tensor2d([
  [1, 0],
  [0, 1],
])
let known = false
try {
  clipLoss(image, tf.zeros([3, 2]))
} catch (error) {
  known = error instanceof ChiaroError
}
// Each row is its pair's and at right angles to the other: log(1 + e^(−scale)), here of scale 2.
const [loss] = clipLoss(image, image, { logitScale: 2 }).dataSync()
const [slope] = tf
  .grad(x => ops.softplus(x))(tf.scalar(0))
  .dataSync()
console.log(JSON.stringify({ known, loss, slope }))
