import type { DensityModel, RandomKey } from '@chiaro/core'
import {
  densityModel,
  type ExactEnergyModel,
  gaussianEnergy,
  mixtureEnergy,
  mlpEnergy,
  tiltedEnergy,
} from '@chiaro/energy'
import { createNoise } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import type { Checkpoint } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { withoutShifts } from '../density/shifts.ts'
import type { TaskModel } from '../task.ts'
import type { PlaneConfig } from './config.ts'
import { learnsLogPartition } from './objective.ts'
import type { PlanePoints } from './points.ts'

/** A density of the plane. What only shifts log p is a parameter where the objective learns log Z, else a buffer. */
export interface PlaneModel extends TaskModel<PlaneConfig> {
  readonly density: DensityModel
  /** log Z in closed form, of energies that have one; the caller disposes it. */
  readonly exactLogPartition?: () => tf.Scalar
}

type Moments = Pick<PlanePoints, 'mean' | 'deviation'>

/** A fresh model drawn from `key`; energies other than the network begin about the points. */
export function createPlane(config: PlaneConfig, key: RandomKey, about: Moments): PlaneModel {
  const { kind, widths } = config.energy
  if (kind === 'network') {
    const net = mlpEnergy({ dimension: 2, widths }, foldIn(key, 0))
    return modelOf(config, densityModel(tiltedEnergy(createNoise(config.noise), net)))
  }
  const exact = kind === 'gaussian' ? oneGaussian(about) : circle(about)
  return { ...modelOf(config, densityModel(exact)), exactLogPartition: () => exact.exactLogPartition() }
}

function modelOf(config: PlaneConfig, density: DensityModel): PlaneModel {
  return { config, density, ...withoutShifts(density.parameters, learnsLogPartition(config.objective)) }
}

/** Wide and in the middle, so that there is something to learn. */
function oneGaussian({ mean, deviation }: Moments): ExactEnergyModel {
  return gaussianEnergy({
    dimension: 2,
    mean: [...mean],
    precision: [
      [1 / (2 * deviation[0]) ** 2, 0],
      [0, 1 / (2 * deviation[1]) ** 2],
    ],
  })
}

/** Eight Gaussians on a circle about the points' mean. */
function circle({ mean, deviation }: Moments): ExactEnergyModel {
  return mixtureEnergy(
    Array.from({ length: 8 }, (_, i) => {
      const direction = [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)]
      return gaussianEnergy({
        dimension: 2,
        mean: mean.map((value, j) => value + 1.2 * deviation[j] * direction[j]),
        precision: [
          [4 / deviation[0] ** 2, 0],
          [0, 4 / deviation[1] ** 2],
        ],
      })
    }),
  )
}

/** A checkpoint with a log Z that was found otherwise, of an objective that does not learn it. */
export function withLogPartition(
  { config }: PlaneModel,
  checkpoint: Checkpoint,
  logPartition: number,
): Checkpoint {
  if (learnsLogPartition(config.objective)) return checkpoint
  const known = { dtype: 'float32', shape: [], values: Float32Array.of(logPartition) } as const
  return { ...checkpoint, model: { ...checkpoint.model, logPartition: known } }
}
