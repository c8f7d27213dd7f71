import { rankingNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'
import { descend } from '../descend.ts'

/** Its optimum is f = log p + const, for any noise and any number of negatives (Ma and Collins 2018). */
export const rankingConsistency: Example = {
  equation: '1.13',
  title: 'ranking NCE learns f up to a constant',
  async run(beside) {
    const p = [0.5, 0.3, 0.15, 0.05]
    const q = [0.4, 0.3, 0.2, 0.1]
    const values = [0, 1, 2, 3]
    // All triples: the data and two negatives, a negative that equals the data left in.
    const sets = values.flatMap(a => values.flatMap(b => values.map(c => [a, b, c])))
    const weights = tf.tensor1d(sets.map(([a, b, c]) => p[a] * q[b] * q[c]))
    const members = tf.tensor2d(sets, [64, 3], 'int32')
    const logQ = tf.tensor1d(q.map(Math.log))
    const f = tf.tidy(() => tf.variable(tf.zeros([4])))
    const loss = await descend({ f }, () => {
      const ratios = tf.gather(tf.sub(f, logQ), members) as tf.Tensor2D
      return tf.sum(tf.mul(rankingNceLoss(ratios, { reduction: 'none' }), weights)) as tf.Scalar
    })
    const learned = tf.tidy(() => tf.softmax(f as tf.Tensor).dataSync())
    for (const [x, share] of p.entries()) beside(`p(${x})`, learned[x], share, 1e-3)
    beside('the loss at its minimum, K = 2', loss, 1.07555, 1e-4)
    tf.dispose([weights, members, logQ, f])
  },
}
