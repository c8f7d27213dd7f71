import { disposeModel } from '@chiaro/core'
import { gaussianEnergy } from '@chiaro/energy'
import { gridLogPartition, logPartitionFromWeights } from '@chiaro/evaluate'
import { gaussianNoise } from '@chiaro/noise'
import { key } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** Z = ∫ exp f: exact for a Gaussian, summed on a grid in two dimensions, and sampled in any. */
export const partitionFunction: Example = {
  equation: '1.2',
  title: 'the partition function three ways',
  async run(beside) {
    // Correlation .6 and unit variances: |Λ| = 1/(1 − .36).
    const precision = [
      [1.5625, -0.9375],
      [-0.9375, 1.5625],
    ]
    const model = gaussianEnergy({ dimension: 2, precision })
    const closedForm = Math.log(2 * Math.PI) + Math.log(1 - 0.36) / 2
    const exact = tf.tidy(() => model.exactLogPartition().dataSync()[0])
    beside('log Z, exact', exact, closedForm, 1e-5)

    const grid = { low: [-8, -8], high: [8, 8], points: 160 }
    const { logPartition: summed } = await gridLogPartition(x => model.energy(x), grid)
    beside('log Z, summed on a grid', summed, closedForm, 1e-4)

    const noise = gaussianNoise({ mean: [0, 0], deviation: [1.5, 1.5] })
    const logWeights = tf.tidy(() => {
      const x = noise.sample(key(2), 20_000)
      return tf.neg(tf.add(model.energy(x), noise.logProb(x))).dataSync()
    })
    const sampled = logPartitionFromWeights(logWeights)
    beside('log Z, by importance sampling', sampled.logPartition, closedForm, 3 * sampled.standardError)
    disposeModel(model)
  },
}
