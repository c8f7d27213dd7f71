import type { RandomKey } from '@chiaro/core'
import { clipLoss } from '@chiaro/objectives'
import { foldIn, key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

const seed: RandomKey = foldIn(key(1), 2)
const loss: tf.Scalar = clipLoss(tf.ones([2, 3]), tf.ones([2, 3]), { logitScale: 10 })
const gradient: tf.Tensor = tf.grad(x => clipLoss(x, tf.ones([2, 3]), { logitScale: 10 }))(tf.ones([2, 3]))
// What draws give, losses take.
const drawn: tf.Tensor2D = normal(seed, [2, 3])
clipLoss(drawn, normal(foldIn(seed, 1), [2, 3]))
// @ts-expect-error embeddings are tensors: were the types lost on the way, this would be accepted.
clipLoss('image', 'text', { logitScale: 10 })

export { gradient, loss, seed }
