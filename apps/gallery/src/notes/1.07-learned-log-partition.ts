import { disposeModel } from '@chiaro/core'
import { densityModel, energyFromFunction } from '@chiaro/energy'
import { gaussianNoise } from '@chiaro/noise'
import { binaryNceLoss } from '@chiaro/objectives'
import { key, split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'
import { descend } from '../descend.ts'

/** g = f − log Z with log Z a parameter: adding 7 to f adds 7 to the learned log Z and changes nothing else. */
export const learnedLogPartition: Example = {
  equation: '1.7',
  title: 'log Z is learned, and follows what is added to f',
  async run(beside) {
    const n = 4000
    const [ofData, ofNoise] = split(key(5), 2)
    const data = gaussianNoise({ mean: [0], deviation: [1] }).sample(ofData, n)
    const noise = gaussianNoise({ mean: [0], deviation: [2] })
    const drawn = noise.sample(ofNoise, n)
    const learn = async (added: number) => {
      // f(x) = −x²/2 + added, whose log Z is ½ log 2π + added.
      const f = energyFromFunction(x => tf.sub(tf.mul(tf.sum(tf.square(x), 1), 0.5), added) as tf.Tensor1D)
      const model = densityModel(f)
      const logRatio = (x: tf.Tensor) => tf.sub(model.logDensity(x), noise.logProb(x)) as tf.Tensor1D
      const options = { steps: 800, peak: 0.3 }
      await descend(model.parameters, () => binaryNceLoss(logRatio(data), logRatio(drawn)), options)
      const logZ = (await model.logPartition.data())[0]
      disposeModel(model)
      return logZ
    }
    const [plain, shifted] = [await learn(0), await learn(7)]
    // n·Var(log Z) with f known: 1/E[q/(p + q)] − 2 = .485 at N(0, 2²) and ν = 1.
    beside('log Z', plain, Math.log(2 * Math.PI) / 2, 3 * Math.sqrt(0.485 / n))
    beside('log Z of f + 7, less log Z of f', shifted - plain, 7, 1e-3)
    tf.dispose([data, drawn])
  },
}
