import { infoNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** The slope of that loss in a logit is softmax minus one-hot: each picture pulls as far as it is mistaken. */
export const textToImageGradient: Example = {
  equation: '1.18',
  title: 'its gradient is the posterior less the truth',
  run(beside) {
    // Texts e₁, e₂ and pictures as rows of S give the logits S themselves.
    const S = [
      [2, 0],
      [1, 3],
    ]
    const slopes = tf.tidy(() => {
      const texts = tf.eye(2) as tf.Tensor2D
      const loss = (pictures: tf.Tensor) =>
        infoNceLoss(texts, tf.transpose(pictures) as tf.Tensor2D, { logitScale: 1, normalize: false })
      return tf.grad(loss)(tf.tensor2d(S)).arraySync() as number[][]
    })
    for (const [i, row] of S.entries()) {
      const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0)
      for (const [j, logit] of row.entries()) {
        const closedForm = (Math.exp(logit) / total - (i === j ? 1 : 0)) / 2
        beside(`slope in S(${i}, ${j})`, slopes[i][j], closedForm, 1e-6)
      }
    }
  },
}
