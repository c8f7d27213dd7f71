import { rankingNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** q(k given the set) = [p(x_k)/p_n(x_k)]/Σ_j [p(x_j)/p_n(x_j)]: Bayes' rule on a table, against the loss. */
export const rankingPosterior: Example = {
  equation: '1.9',
  title: 'which of the set is the data: Bayes by enumeration',
  run(beside) {
    const p = [0.5, 0.3, 0.2]
    const q = [0.2, 0.3, 0.5]
    const set = [0, 2, 1]
    // One place holds the data, the others noise: the probability of the whole set for each place.
    const joint = set.map((_, place) =>
      set.reduce((product, x, i) => product * (i === place ? p[x] : q[x]), 1 / set.length),
    )
    const total = joint.reduce((sum, value) => sum + value, 0)
    for (const place of set.keys()) {
      const loss = tf.tidy(() => {
        const logRatios = tf.tensor2d([set.map(x => Math.log(p[x] / q[x]))])
        return rankingNceLoss(logRatios, { positive: place }).dataSync()[0]
      })
      beside(`q(place ${place})`, Math.exp(-loss), joint[place] / total, 1e-6)
    }
  },
}
