import { disposeModel } from '@chiaro/core'
import { gaussianEnergy } from '@chiaro/energy'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** p(x) = exp(f(x))/Z with f = −energy: an energy and its log Z make a density, here N(1, 2²). */
export const energyBasedModel: Example = {
  equation: '1.1',
  title: 'an energy-based model is a density once Z is known',
  run(beside) {
    const model = gaussianEnergy({ dimension: 1, mean: [1], precision: [[1 / 4]] })
    const points = [-2, 1, 4]
    const [energies, logZ] = tf.tidy(() => [
      model.energy(tf.tensor2d(points, [3, 1])).dataSync(),
      model.exactLogPartition().dataSync()[0],
    ])
    for (const [i, x] of points.entries()) {
      const normal = -((x - 1) ** 2) / 8 - Math.log(2 * Math.sqrt(2 * Math.PI))
      beside(`log p(${x})`, -energies[i] - logZ, normal, 1e-5)
    }
    disposeModel(model)
  },
}
