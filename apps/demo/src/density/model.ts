import type { DensityModel, Parameters, RandomKey } from '@chiaro/core'
import {
  densityModel,
  type ExactEnergyModel,
  gaussianEnergy,
  mixtureEnergy,
  mlpEnergy,
  tiltedEnergy,
} from '@chiaro/energy'
import { createNoise, type NoiseSpec } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import type { EnergyName, ObjectiveName } from './settings.ts'

/** All that a model's shape depends on, as a run file keeps it. */
export interface ModelSpec {
  readonly energy: EnergyName
  /** Hidden units of the network's layers. */
  readonly widths: readonly number[]
  /** What the network tilts; also where the others start. */
  readonly base: NoiseSpec
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

export interface Model extends DensityModel {
  /** Energies whose log Z has a closed form. */
  readonly exact?: ExactEnergyModel
}

/** Whether an objective learns log Z; the others see only differences or slopes of the energy. */
export const learnsLogPartition = (objective: ObjectiveName) => objective === 'binary'

/** A fresh model drawn from `key`. */
export function createModel(spec: ModelSpec, key: RandomKey): Model {
  if (spec.energy === 'network') {
    const net = mlpEnergy({ dimension: 2, widths: spec.widths }, foldIn(key, 0))
    return densityModel(tiltedEnergy(createNoise(spec.base), net))
  }
  const exact = spec.energy === 'gaussian' ? oneGaussian(spec) : circle(spec)
  return { ...densityModel(exact), exact }
}

/** The network's last bias: it shifts log p as a whole, as log Z does. */
export const shift = 'output/bias'

/** What training changes under an objective: without what only shifts log p, unless that is learned. */
export function trained(model: Model, objective: ObjectiveName): Parameters {
  if (learnsLogPartition(objective)) return model.parameters
  const { logPartition: _, [shift]: __, ...others } = model.parameters
  return others
}

/** Wide and in the middle, so that there is something to learn. */
function oneGaussian({ mean, deviation }: ModelSpec): ExactEnergyModel {
  return gaussianEnergy({
    dimension: 2,
    mean: [...mean],
    precision: [
      [1 / (2 * deviation[0]) ** 2, 0],
      [0, 1 / (2 * deviation[1]) ** 2],
    ],
  })
}

/** Eight Gaussians on a circle about the data's mean. */
function circle({ mean, deviation }: ModelSpec): ExactEnergyModel {
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
