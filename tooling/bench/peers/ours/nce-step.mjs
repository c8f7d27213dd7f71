import { densityModel, mlpEnergy } from '@chiaro/energy'
import { gaussianNoise } from '@chiaro/noise'
import { binaryNceLoss } from '@chiaro/objectives'
import { foldIn, key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { trained } from './trained.mjs'

/** Noise-contrastive estimation; data and noise come in the batch, so that the step can be replayed. */
function stepOf(rows, replay) {
  const model = densityModel(mlpEnergy({ dimension: 2, widths: [128, 128] }, key(1)))
  const noise = gaussianNoise({ mean: [0, 0], deviation: [2, 2] })
  const logRatio = x => tf.sub(model.logDensity(x), noise.logProb(x))
  let step = 0
  const batch = () => {
    step++
    return { x: normal(foldIn(key(2), step), [rows, 2]), y: noise.sample(foldIn(key(3), step), rows) }
  }
  const loss = ({ x, y }) => binaryNceLoss(logRatio(x), logRatio(y))
  return trained(model.parameters, loss, batch, replay)
}

export const nceStep = rows => stepOf(rows, false)
export const nceStepReplayed = rows => stepOf(rows, true)
