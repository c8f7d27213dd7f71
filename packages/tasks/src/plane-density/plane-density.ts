import { createNoise, type Noise, type NoiseSpec } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import { adamW, warmupCosine } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { withParts } from '../density/earlier.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { Task } from '../task.ts'
import { planeBatches } from './batches.ts'
import { configurePlane, type PlaneConfig, planeConfig, withPlaneSettings } from './config.ts'
import { withoutEarlier } from './earlier.ts'
import { planeLoss } from './loss.ts'
import { createPlane, type PlaneModel } from './model.ts'
import { indifferentPlaneLoss } from './objective.ts'
import { planePoints } from './points.ts'
import { type PlaneSettings, planeSettings } from './settings.ts'

/** Drawn from the last rows of a table of one row of which nothing is known: where weights are loaded into. */
const anywhere = { mean: [0, 0], deviation: [1, 1] } as const

/**
 * A density of points in the plane, by any of six objectives, with an energy and a noise of choice: what a page shows
 * while it learns. Its run folders are those of `density`, told more: the command scores and samples what a network has
 * learned. It is not among `tasks`, whose `density` trains tables of any width; both take a table.
 *
 * Keys: foldIn(key, 0) is left to who draws or mixes the points; 1 draws the model, 2 and 5 the chains that follow it, 3
 * fits the noise, 4 draws batches, 8 is for steps; 6 and 7 are left to who looks at it.
 *
 * @see `trainModel` for an example
 */
export const planeDensity: Task<PlaneSettings, 'table', PlaneConfig, PlaneModel, tf.Tensor2D> = {
  name: 'density',
  formerly: ['ebm'],
  summary: 'a density of points in the plane, by any objective',
  takes: 'table',
  settings: planeSettings,
  configure: configurePlane,
  parse: config => readSettings('density', planeConfig, withParts(withoutEarlier(config))),
  prepare: (config, key, table) =>
    createPlane(config, foldIn(key, 1), table ? planePoints(table, config.encoding) : anywhere),
  async fitOptions(model, table, key, live = () => model.config) {
    const begun = live()
    const { training, scale } = planePoints(table, begun.encoding)
    const { steps, batchSize, warmupSteps, weightDecay, checkpointEvery } = begun.training
    const first = await withPlaneSettings(begun, {}, table, key)
    const noiseOf = lastMade(createNoise)
    return {
      parameters: model.parameters,
      buffers: model.buffers,
      loss: (x, context) => {
        const { contrast, training } = live()
        return planeLoss(begun.objective, model.density, x, {
          noise: noiseOf((contrast.fitted ?? first.contrast.fitted) as NoiseSpec),
          noiseRatio: training.noiseRatio,
          scale,
          key: context.key,
        })
      },
      batches: firstStep => planeBatches(training, batchSize, foldIn(key, 4), firstStep),
      steps,
      optimizer: adamW({ beta2: 0.99, weightDecay }),
      // Down to a hundredth: log Z settles only when steps get small.
      schedule: step => {
        const peak = live().training.learningRate
        return warmupCosine({ peak, warmupSteps, steps, final: peak / 100 })(step)
      },
      key: foldIn(key, 8),
      clipNorm: 100,
      checkpointEvery,
    }
  },
  indifferentLoss: ({ objective, training }) => indifferentPlaneLoss(objective, training.noiseRatio),
  describe({ config }, table) {
    const { training, aside, heldOut } = planePoints(table, config.encoding)
    return `${training.count} points train, ${aside.count} fit a kernel density, ${heldOut.count} are held out`
  },
  can: {},
}

/** f that makes nothing anew of what it was given last. */
function lastMade(f: (spec: NoiseSpec) => Noise): (spec: NoiseSpec) => Noise {
  let [given, made]: [NoiseSpec?, Noise?] = []
  return spec => {
    if (made === undefined || spec !== given) [given, made] = [spec, f(spec)]
    return made
  }
}
