import { disposeModel } from '@chiaro/core'
import { densityModel, gaussianEnergy } from '@chiaro/energy'
import { gaussianNoise } from '@chiaro/noise'
import { logSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** The softmax over the set of r = f − log p_n: log Z is in every term and cancels. */
export const rankingModel: Example = {
  equation: '1.11',
  title: 'the ranking model is a softmax in which log Z cancels',
  run(beside) {
    const noise = gaussianNoise({ mean: [0], deviation: [2] })
    const set = [0.3, -1.5, 2.5, 4]
    const r = set.map(x => -(x ** 2) / 2 + x ** 2 / 8)
    const total = r.reduce((sum, value) => sum + Math.exp(value), 0)
    for (const logPartition of [0, 50]) {
      const model = densityModel(gaussianEnergy({ dimension: 1, mean: [0], precision: [[1]] }), {
        logPartition,
      })
      const posterior = tf.tidy(() => {
        const x = tf.tensor2d(set, [set.length, 1])
        const ratios = tf.sub(model.logDensity(x), noise.logProb(x))
        return tf.exp(tf.sub(ratios, logSumExp(ratios, 0))).dataSync()
      })
      for (const [k, x] of set.entries()) {
        beside(`q(${x}) with log Z = ${logPartition}`, posterior[k], Math.exp(r[k]) / total, 1e-5)
      }
      disposeModel(model)
    }
  },
}
