import { binaryNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** p_data/D − p_noise/(1 − D) = 0 at every x: the loss over a table has no slope at D*, and has one beside it. */
export const stationarity: Example = {
  equation: '1.4',
  title: 'the derivative vanishes point by point at D*',
  run(beside) {
    const p = [0.5, 0.3, 0.2]
    const q = [0.2, 0.3, 0.5]
    // Ten rows of data and of noise in proportion p and q hold the expectations exactly.
    const rows = (shares: number[]) =>
      tf.tensor1d(
        shares.flatMap((share, x) => Array<number>(Math.round(10 * share)).fill(x)),
        'int32',
      )
    const slope = (logit: number[]) =>
      tf.tidy(() => {
        const [data, noise] = [rows(p), rows(q)]
        const loss = (g: tf.Tensor) =>
          binaryNceLoss(tf.gather(g, data) as tf.Tensor1D, tf.gather(g, noise) as tf.Tensor1D)
        return Array.from(tf.grad(loss)(tf.tensor1d(logit)).dataSync())
      })
    const best = p.map((share, x) => Math.log(share / q[x]))
    for (const [x, value] of slope(best).entries()) beside(`slope at D*(${x})`, value, 0, 1e-6)
    const half = [0, 0, 0]
    for (const [x, value] of slope(half).entries()) {
      // −p(1 − D) + qD with D = ½.
      beside(`slope at D(${x}) = ½`, value, (q[x] - p[x]) / 2, 1e-6)
    }
  },
}
