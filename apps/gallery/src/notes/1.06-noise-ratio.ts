import { binaryNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'
import { descend } from '../descend.ts'

/** With ν noise samples a data sample, D* = p/(p + νq): more noise makes data rarer, and log ν accounts for it. */
export const noiseRatio: Example = {
  equation: '1.6',
  title: 'with ν noise samples the best discriminator is p/(p + νq)',
  async run(beside) {
    const nu = 5
    const p = [0.5, 0.3, 0.15, 0.05]
    const q = [0.4, 0.3, 0.2, 0.1]
    const rows = (shares: number[], total: number) =>
      tf.tensor1d(
        shares.flatMap((share, x) => Array<number>(Math.round(total * share)).fill(x)),
        'int32',
      )
    const [data, noise] = [rows(p, 20), rows(q, 20 * nu)]
    const logRatio = tf.tidy(() => tf.variable(tf.zeros([4])))
    const pick = (x: tf.Tensor1D) => tf.gather(logRatio, x) as tf.Tensor1D
    const loss = await descend({ logRatio }, () => binaryNceLoss(pick(data), pick(noise)))
    const learned = tf.tidy(() => tf.sigmoid(tf.sub(logRatio, Math.log(nu))).dataSync())
    for (const [x, share] of p.entries()) beside(`D(${x})`, learned[x], share / (share + nu * q[x]), 1e-3)
    const h = p.map((share, x) => share / (share + nu * q[x]))
    const least = p.reduce(
      (sum, share, x) => sum - share * Math.log(h[x]) - nu * q[x] * Math.log(1 - h[x]),
      0,
    )
    beside('the loss at its minimum', loss, least, 1e-4)
    tf.dispose([data, noise, logRatio])
  },
}
