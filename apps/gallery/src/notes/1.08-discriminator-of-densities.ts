import { disposeModel } from '@chiaro/core'
import { gaussianEnergy, normalizedModel } from '@chiaro/energy'
import { laplaceNoise } from '@chiaro/noise'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** D = e^g/(e^g + p_n) = σ(g − log p_n): a model and a noise are a discriminator. */
export const discriminatorOfDensities: Example = {
  equation: '1.8',
  title: 'the discriminator is a sigmoid of the log ratio',
  run(beside) {
    const model = normalizedModel(gaussianEnergy({ dimension: 1, mean: [0], precision: [[1]] }))
    const noise = laplaceNoise({ mean: [0], scale: [1] })
    const points = [-3, 0, 0.5, 2]
    const d = tf.tidy(() => {
      const x = tf.tensor2d(points, [points.length, 1])
      return tf.sigmoid(tf.sub(model.logDensity(x), noise.logProb(x))).dataSync()
    })
    for (const [i, x] of points.entries()) {
      const p = Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)
      const q = Math.exp(-Math.abs(x)) / 2
      beside(`D(${x})`, d[i], p / (p + q), 1e-5)
    }
    disposeModel(model)
  },
}
