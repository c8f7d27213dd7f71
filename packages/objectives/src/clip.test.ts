import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { clipLoss } from './clip.ts'

describeBackends('clipLoss', () => {
  it('gives the closed form of S = [[2, 0], [1, 3]] and its gradients', () => {
    // With identity texts the logits are s times the picture embeddings; dL/dS = (P_row + P_col − 2I)/2n.
    const s = tf.scalar(1)
    const text = tf.eye(2) as tf.Tensor2D
    const f = (image: tf.Tensor, scale: tf.Tensor) =>
      clipLoss(image as tf.Tensor2D, text, { logitScale: scale as tf.Scalar, normalize: false })
    const image = tf.tensor2d([2, 0, 1, 3], [2, 2])
    expectClose(f(image, s), [0.15392627], { absolute: 1e-7 })
    const [ofImage, ofScale] = tf.grads(f)([image, s])
    expectClose(ofImage, [-0.0970361, 0.0416572, 0.0970361, -0.0416572], { absolute: 1e-6 })
    expectClose(ofScale, [-0.2220077], { absolute: 1e-6 })
  })
})
