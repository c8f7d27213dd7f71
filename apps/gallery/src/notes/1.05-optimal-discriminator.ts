import { binaryNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'
import { descend } from '../descend.ts'

/** D* = p/(p + q): the best discriminator of a table is learned from equally many data and noise. */
export const optimalDiscriminator: Example = {
  equation: '1.5',
  title: 'the best discriminator is p/(p + q)',
  async run(beside) {
    const p = [0.5, 0.3, 0.15, 0.05]
    const q = [0.4, 0.3, 0.2, 0.1]
    const rows = (shares: number[]) =>
      tf.tensor1d(
        shares.flatMap((share, x) => Array<number>(Math.round(20 * share)).fill(x)),
        'int32',
      )
    const [data, noise] = [rows(p), rows(q)]
    const logit = tf.tidy(() => tf.variable(tf.zeros([4])))
    await descend({ logit }, () =>
      binaryNceLoss(tf.gather(logit, data) as tf.Tensor1D, tf.gather(logit, noise) as tf.Tensor1D),
    )
    const learned = tf.tidy(() => tf.sigmoid(logit).dataSync())
    for (const [x, share] of p.entries()) beside(`D(${x})`, learned[x], share / (share + q[x]), 1e-3)
    tf.dispose([data, noise, logit])
  },
}
