import { disposeModel } from '@chiaro/core'
import { densityModel, gaussianEnergy } from '@chiaro/energy'
import { gaussianNoise } from '@chiaro/noise'
import { binaryNceLoss } from '@chiaro/objectives'
import { key, split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'
import { descend } from '../descend.ts'

/** max E_data log D + ν E_noise log(1 − D): telling data from noise learns N(0, 1) and its log Z. */
export const binaryNce: Example = {
  equation: '1.3',
  title: 'binary NCE learns a density by telling data from noise',
  async run(beside) {
    const nu = 5
    const alike = tf.tidy(() => binaryNceLoss(tf.zeros([4]), tf.zeros([4 * nu])).dataSync()[0])
    beside('loss where model and noise are alike, ν = 5', alike, Math.log(6) + 5 * Math.log(1.2), 1e-5)

    const n = 4000
    const [ofData, ofNoise] = split(key(3), 2)
    const data = gaussianNoise({ mean: [0], deviation: [1] }).sample(ofData, n)
    const noise = gaussianNoise({ mean: [0], deviation: [1.5] })
    const drawn = noise.sample(ofNoise, nu * n)
    const model = densityModel(gaussianEnergy({ dimension: 1, mean: [0.5], precision: [[0.5]] }))
    const logRatio = (x: tf.Tensor) => tf.sub(model.logDensity(x), noise.logProb(x)) as tf.Tensor1D
    await descend(model.parameters, () => binaryNceLoss(logRatio(data), logRatio(drawn)))

    const at = tf.tidy(() => Array.from(model.logDensity(tf.tensor2d([[0], [1]])).dataSync()))
    // n·Var of log Z is .679 here, and of log p(0) and log p(1) below 1: three standard errors.
    const tolerance = 3 / Math.sqrt(n)
    beside('log p(0)', at[0], -Math.log(2 * Math.PI) / 2, tolerance)
    beside('log p(1)', at[1], -0.5 - Math.log(2 * Math.PI) / 2, tolerance)
    disposeModel(model)
    tf.dispose([data, drawn])
  },
}
