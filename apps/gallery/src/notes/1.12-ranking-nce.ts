import { rankingNceLoss } from '@chiaro/objectives'
import { key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** −Σ_i [r(x_i) − log Σ_j exp r(x_j)] over i's own set of k: log k when nothing is known, and no constant matters. */
export const rankingNce: Example = {
  equation: '1.12',
  title: 'ranking NCE is the cross-entropy of picking the data',
  run(beside) {
    for (const k of [2, 5, 100]) {
      const loss = tf.tidy(() => rankingNceLoss(tf.zeros([3, k])).dataSync()[0])
      beside(`loss of ${k} candidates, nothing learned`, loss, Math.log(k), 1e-5)
    }
    const [plain, shifted, byHand] = tf.tidy(() => {
      const r = normal(key(12), [6, 5]) as tf.Tensor2D
      const values = r.arraySync()
      const terms = values.map(row => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[0])
      return [
        rankingNceLoss(r).dataSync()[0],
        rankingNceLoss(tf.add(r, 100) as tf.Tensor2D).dataSync()[0],
        terms.reduce((sum, term) => sum + term, 0) / terms.length,
      ]
    })
    beside('loss of normal log ratios', plain, byHand, 1e-5)
    // Adding 100 rounds the ratios themselves to float32.
    beside('the same with 100 added to f', shifted, byHand, 1e-4)
  },
}
