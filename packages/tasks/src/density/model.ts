import type { DensityModel as Density, NoiseDistribution, RandomKey } from '@chiaro/core'
import { tableLayout } from '@chiaro/data'
import { densityModel } from '@chiaro/energy'
import { createNoise } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { TaskModel } from '../task.ts'
import { trainingChains } from './chains.ts'
import type { DensityConfig } from './config.ts'
import { energyNamed } from './energies/energies.ts'
import type { EnergyNumbers, MadeEnergy } from './energies/energy-kind.ts'
import type { SeenDensity, WithBridges, WithNegatives } from './objectives/objective.ts'
import { objectiveNamed } from './objectives/objectives.ts'
import { withoutShifts } from './shifts.ts'

/** A density of encoded rows, the noise that trained it, and what stands between the two. */
export interface DensityModel
  extends TaskModel<DensityConfig>,
    SeenDensity,
    Partial<WithBridges & WithNegatives>,
    Pick<MadeEnergy, 'exact' | 'gibbsStep'> {
  readonly density: Density
  readonly noise: NoiseDistribution
}

/** A fresh model drawn from `key`: a network's energy is 0 at first, but for the last layer's draw. */
export function createDensity(config: DensityConfig, key: RandomKey): DensityModel {
  const { objective } = config
  const noise = createNoise(config.noise)
  const { blocks, width } = tableLayout(config.encoding)
  const { kind, ...numbers } = config.energy
  const context = { ...(numbers as EnergyNumbers), noise, blocks, width, bridges: objective.bridges }
  const { energy, tilt, bridges, exact, gibbsStep } = energyNamed(kind).make(context, key)
  const density = densityModel(energy)
  const { learnsLogPartition, chainsFrom } = objectiveNamed(objective.kind)
  const moving = { energy: density.energy, gibbsStep }
  const chains =
    chainsFrom && trainingChains(moving, { objective, from: chainsFrom, noise, key: foldIn(key, 1) })
  const { parameters, buffers } = withoutShifts(density.parameters, learnsLogPartition)
  return {
    ...{ config, density, noise, parameters, exact, gibbsStep },
    buffers: { ...buffers, ...chains?.buffers },
    energy: density.energy,
    ...ratios(density, noise, tilt),
    ...(chains && { negatives: chains.negatives }),
    ...(bridges && {
      blocks,
      // Each bears its part of the one log Z.
      bridges: bridges.map(
        part => (x: tf.Tensor) =>
          tf.tidy(() =>
            tf.neg(tf.add(part.energy(x), tf.div(density.logPartition, bridges.length))),
          ) as tf.Tensor1D,
      ),
    }),
  }
}

function ratios(
  density: Density,
  noise: NoiseDistribution,
  tilt: MadeEnergy['tilt'],
): Pick<SeenDensity, 'logWeight' | 'logRatio'> {
  if (tilt === undefined) {
    return {
      logWeight: x => tf.tidy(() => tf.neg(tf.add(density.energy(x), noise.logProb(x))) as tf.Tensor1D),
      logRatio: x => tf.tidy(() => tf.sub(density.logDensity(x), noise.logProb(x)) as tf.Tensor1D),
    }
  }
  // log q cancels: the tilt is the whole ratio.
  return {
    logWeight: x => tf.tidy(() => tf.neg(tilt.energy(x)) as tf.Tensor1D),
    logRatio: x => tf.tidy(() => tf.neg(tf.add(tilt.energy(x), density.logPartition)) as tf.Tensor1D),
  }
}
