import { rankingNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'
import { descend } from '../descend.ts'

/** The posterior of (1.9) is what ranking NCE learns: over all sets of a table, weighed by their probability. */
export const rankingPosteriorLearned: Example = {
  equation: '1.10',
  title: 'ranking learns the posterior of the set',
  async run(beside) {
    const p = [0.5, 0.3, 0.2]
    const q = [0.2, 0.3, 0.5]
    const values = [0, 1, 2]
    const sets = values.flatMap(a => values.flatMap(b => values.map(c => [a, b, c])))
    const weights = tf.tensor1d(sets.map(([a, b, c]) => p[a] * q[b] * q[c]))
    const members = tf.tensor2d(sets, [27, 3], 'int32')
    const r = tf.tidy(() => tf.variable(tf.zeros([3])))
    await descend({ r }, () => {
      const rows = rankingNceLoss(tf.gather(r, members) as tf.Tensor2D, { reduction: 'none' })
      return tf.sum(tf.mul(rows, weights)) as tf.Scalar
    })
    const set = [0, 2, 2]
    const learned = tf.tidy(() => tf.softmax(tf.gather(r, tf.tensor1d(set, 'int32'))).dataSync())
    const ratios = set.map(x => p[x] / q[x])
    const total = ratios.reduce((sum, value) => sum + value, 0)
    for (const [place, ratio] of ratios.entries()) {
      beside(`q(place ${place} given 0, 2, 2)`, learned[place], ratio / total, 1e-3)
    }
    tf.dispose([weights, members, r])
  },
}
