import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import { shortLangevin } from '@chiaro/mcmc'
import { perturbationNoise } from '@chiaro/noise'
import {
  binaryNceLoss,
  conditionalNceLoss,
  contrastiveDivergenceLoss,
  denoisingScoreMatchingLoss,
  rankingNceLoss,
  slicedScoreMatchingLoss,
} from '@chiaro/objectives'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { PlaneSettings } from './settings.ts'

/** What is learned: an energy, and log p = −energy − log Z where the objective learns log Z. */
export interface PlaneDensity {
  energy(x: tf.Tensor): tf.Tensor1D
  logDensity(x: tf.Tensor): tf.Tensor1D
}

export interface PlaneLossOptions {
  readonly noise: NoiseDistribution
  /** ν, noise rows per data row. */
  readonly noiseRatio: number
  /** The data's own width: what steps and disturbances are measured in. */
  readonly scale: number
  readonly key: RandomKey
}

/** Of the disturbance of conditional NCE and of denoising, and of a Langevin step, in widths of the data. */
const [conditionalStep, blur, langevinStep] = [0.3, 0.1, 0.15]
/** k of contrastive divergence. */
const divergenceSteps = 10

/** An objective's value on data [n, 2], in nats (score matching: in inverse squares of the data's unit). */
export function planeLoss(
  objective: PlaneSettings['objective'],
  model: PlaneDensity,
  x: tf.Tensor2D,
  { noise, noiseRatio, scale, key }: PlaneLossOptions,
): tf.Scalar {
  const n = x.shape[0]
  const energy = (at: tf.Tensor) => model.energy(at)
  switch (objective) {
    case 'binary': {
      const y = noise.sample(key, noiseRatio * n)
      const ratio = (at: tf.Tensor) => tf.sub(model.logDensity(at), noise.logProb(at)) as tf.Tensor1D
      return binaryNceLoss(ratio(x), ratio(y), { noiseRatio })
    }
    case 'ranking': {
      const y = noise.sample(key, noiseRatio * n)
      const ratio = (at: tf.Tensor) => tf.neg(tf.add(model.energy(at), noise.logProb(at)))
      const columns = [tf.reshape(ratio(x), [n, 1]), tf.reshape(ratio(y), [n, noiseRatio])]
      return rankingNceLoss(tf.concat(columns, 1) as tf.Tensor2D)
    }
    case 'conditional': {
      const y = perturbationNoise({ deviation: conditionalStep * scale }).perturb(key, x, noiseRatio)
      const f = (at: tf.Tensor) => tf.neg(model.energy(at)) as tf.Tensor1D
      return conditionalNceLoss(f(x), f(y))
    }
    case 'divergence': {
      const options = { stepSize: langevinStep * scale, steps: divergenceSteps, key: foldIn(key, 1) }
      return contrastiveDivergenceLoss(model.energy(x), model.energy(shortLangevin(energy, x, options)))
    }
    case 'denoising':
      return denoisingScoreMatchingLoss(energy, x, { key, deviation: blur * scale })
    case 'sliced':
      return slicedScoreMatchingLoss(energy, x, { key })
  }
}
