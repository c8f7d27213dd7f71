import { infoNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** −Σ_i [s φ(x_i)ᵀμ(y_i) − log Σ_j exp(s φ(x_i)ᵀμ(y_j))]: orthogonal pairs at scale s. */
export const textToImage: Example = {
  equation: '1.17',
  title: 'text to image: each caption picks its picture',
  run(beside) {
    const n = 64
    for (const logitScale of [1, 5, 1 / 0.07]) {
      const loss = tf.tidy(() => {
        const towers = tf.eye(n) as tf.Tensor2D
        return infoNceLoss(towers, towers, { logitScale }).dataSync()[0]
      })
      const closedForm = Math.log1p((n - 1) * Math.exp(-logitScale))
      beside(`orthogonal pairs, s = ${logitScale.toFixed(2)}`, loss, closedForm, 1e-5)
    }
  },
}
