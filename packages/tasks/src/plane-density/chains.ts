import type { RandomKey } from '@chiaro/core'
import { langevin, replayBuffer } from '@chiaro/mcmc'
import { createNoise } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { PlaneModel } from './model.ts'

/** Langevin chains that follow a model as it learns. */
export interface FollowingChains {
  /** Moves them on by the model as it is now; where they are after it [chains, 2], which stays theirs. */
  move(step: number): Promise<tf.Tensor>
  dispose(): void
}

const count = 300

/** Chains that start in the noise which the network tilts; `scale` is the data's width, `key` the run's. */
export function followingChains(
  { density, config }: PlaneModel,
  scale: number,
  key: RandomKey,
): FollowingChains {
  const start = createNoise(config.noise)
  const chains = replayBuffer({
    capacity: count,
    eventShape: [2],
    start: (startKey, some) => start.sample(startKey, some),
    key: foldIn(key, 2),
  })
  return {
    async move(step) {
      const ofMove = foldIn(foldIn(key, 5), step)
      const taken = chains.take(foldIn(ofMove, 0), count)
      const { state, draws } = await langevin(x => density.energy(x), taken.samples, {
        stepSize: 0.1 * scale,
        steps: 20,
        reportEvery: 20,
        clipGradient: 50 / scale,
        key: foldIn(ofMove, 1),
        onNonFinite: () => 'restart',
      })
      chains.put(taken, state.position)
      tf.dispose([taken.samples, state, draws])
      return chains.buffers.chains
    },
    dispose: () => chains.dispose(),
  }
}
