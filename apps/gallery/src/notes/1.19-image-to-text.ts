import { infoNceLoss } from '@chiaro/objectives'
import { l2Normalize } from '@chiaro/ops'
import { key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** The other direction: the same logits, read by columns. */
export const imageToText: Example = {
  equation: '1.19',
  title: 'image to text: the columns of the same logits',
  run(beside) {
    const [n, scale] = [6, 4]
    const [loss, closedForm] = tf.tidy(() => {
      const [texts, images] = [normal(key(18), [n, 8]), normal(key(19), [n, 8])] as [tf.Tensor2D, tf.Tensor2D]
      const cosines = tf.matMul(
        l2Normalize(texts) as tf.Tensor2D,
        l2Normalize(images) as tf.Tensor2D,
        false,
        true,
      )
      const logits = (cosines.arraySync() as number[][]).map(row => row.map(cosine => scale * cosine))
      const byHand = logits.map((_, i) => {
        const column = logits.map(row => row[i])
        return Math.log(column.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[i][i]
      })
      return [
        infoNceLoss(images, texts, { logitScale: scale }).dataSync()[0],
        byHand.reduce((sum, value) => sum + value, 0) / n,
      ]
    })
    beside('loss of normal towers, s = 4', loss, closedForm, 1e-5)
  },
}
