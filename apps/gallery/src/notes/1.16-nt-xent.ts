import { ntXentLoss } from '@chiaro/objectives'
import { key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** SimCLR's loss over 2N views: log(2N − 1) when all are alike, and a floor where they lie as far as they can. */
export const ntXent: Example = {
  equation: '1.16',
  title: 'NT-Xent between its ceiling and its floor',
  run(beside) {
    const n = 64
    const alike = tf.tidy(() => ntXentLoss([tf.ones([n, 8]), tf.ones([n, 8])]).dataSync()[0])
    beside('all embeddings alike, N = 64', alike, Math.log(2 * n - 1), 1e-4)

    // A simplex: N unit vectors with cosines −1/(N − 1), both views of a sample on one of them.
    const temperature = 0.5
    const floor = tf.tidy(() => {
      const centred = tf.sub(tf.eye(n), 1 / n) as tf.Tensor2D
      return ntXentLoss([centred, centred], { temperature }).dataSync()[0]
    })
    const closedForm = Math.log(1 + (2 * n - 2) * Math.exp(-n / ((n - 1) * temperature)))
    beside('both views on a simplex, τ = .5', floor, closedForm, 1e-4)

    const [doubled, once] = tf.tidy(() => {
      const [a, b] = [normal(key(16), [n, 8]), normal(key(17), [n, 8])] as [tf.Tensor2D, tf.Tensor2D]
      return [ntXentLoss([tf.mul(a, 2), tf.mul(b, 3)]).dataSync()[0], ntXentLoss([a, b]).dataSync()[0]]
    })
    beside('lengths do not matter', doubled, once, 1e-5)
  },
}
