import { ChiaroError, type RandomKey } from '@chiaro/core'
import { tableLayout } from '@chiaro/data'
import { type LogPartitionEstimate, logPartitionFromWeights } from '@chiaro/evaluate'
import { annealedImportanceSampling, metropolisLangevin } from '@chiaro/mcmc'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { DensityModel } from './model.ts'

/** Chains from the noise to the model, and the temperatures between. */
const [chains, temperatures] = [400, 200]
/** Chains and steps that find the size of steps. */
const pilot = { chains: 64, warmup: 100 }
/** Trajectories are longer than the one step that the pilot makes. */
const shorter = 0.7

/**
 * log Z by annealed importance sampling from the noise, for models of numbers that the noise alone does not reach; none
 * where no chain comes through, or rows have categories.
 */
export async function annealedLogPartition(
  model: DensityModel,
  key: RandomKey,
): Promise<LogPartitionEstimate | undefined> {
  const { blocks } = tableLayout(model.config.encoding)
  // Between categories there is no slope to follow.
  if (blocks.some(({ kind }) => kind !== 'numeric')) return undefined
  const energy = (x: tf.Tensor) => model.density.energy(x)
  try {
    const stepSize = await stepSizeOf(model, foldIn(key, 0))
    const { logWeights } = await annealedImportanceSampling(energy, model.noise, {
      chains,
      temperatures,
      stepSize,
      key: foldIn(key, 1),
    })
    return logPartitionFromWeights(logWeights)
  } catch (error) {
    if (error instanceof ChiaroError && error.code === 'non-finite') return undefined
    throw error
  }
}

async function stepSizeOf({ density, noise }: DensityModel, key: RandomKey): Promise<number> {
  const start = tf.tidy(() => noise.sample(foldIn(key, 0), pilot.chains))
  const { state, draws, info } = await metropolisLangevin(x => density.energy(x), start, {
    key: foldIn(key, 1),
    stepSize: 0.1,
    warmup: pilot.warmup,
    steps: 1,
  }).finally(() => start.dispose())
  tf.dispose([state, draws])
  return shorter * info.stepSize
}
