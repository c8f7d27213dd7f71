import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import { shortLangevin } from '@chiaro/mcmc'
import * as tf from '@tensorflow/tfjs-core'
import type { SeenDensity, WithNegatives } from '../density/objectives/objective.ts'
import { planeObjective } from './objective.ts'
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

/** Of a Langevin step, in widths of the data, and k of contrastive divergence. */
const [stepSize, chainSteps] = [0.15, 10]

/** An objective's value on data [n, 2], in nats (score matching: in inverse squares of the data's unit). */
export function planeLoss(
  name: PlaneSettings['objective'],
  model: PlaneDensity,
  x: tf.Tensor2D,
  options: PlaneLossOptions,
): tf.Scalar {
  const objective = planeObjective(name)
  const result = objective.loss(seen(model, options), x, {
    ...objective.defaults,
    projections: 1,
    ...options,
  })
  return result instanceof tf.Tensor ? result : result.loss
}

function seen(model: PlaneDensity, { noise, scale }: PlaneLossOptions): SeenDensity & WithNegatives {
  const energy = (at: tf.Tensor) => model.energy(at)
  return {
    energy,
    logRatio: at => tf.sub(model.logDensity(at), noise.logProb(at)) as tf.Tensor1D,
    logWeight: at => tf.neg(tf.add(model.energy(at), noise.logProb(at))) as tf.Tensor1D,
    negatives: (start, key) => ({
      rows: shortLangevin(energy, start, { stepSize: stepSize * scale, steps: chainSteps, key }),
    }),
  }
}
