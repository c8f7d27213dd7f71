import type { RandomKey } from '@chiaro/core'
import { split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type Base, baseEnergy, energyBetween } from './annealing-path.ts'
import type { AwaitedKernel, Moved } from './chain-loop.ts'
import { type ChainState, type Energy, stateAt } from './chain-state.ts'
import { type Mass, rowScaledMass } from './mass.ts'
import { replicaSwaps } from './replica-swaps.ts'
import { gatherChains } from './select-chains.ts'

/** All replicas of all chains, [rungs · chains] rows, rung by rung from the base up. */
export type Replicas = {
  readonly position: tf.Tensor
  /** By the energy. */
  readonly energy: tf.Tensor1D
  readonly gradient: tf.Tensor
  /** By −log base. */
  readonly baseEnergy: tf.Tensor1D
  readonly baseGradient: tf.Tensor
  /** 1 for a replica that was at the base since it last was at the top, else 0. */
  readonly climbing: tf.Tensor1D
}

/** What a step leaves for reports and adaptation. */
export type TemperingStepInfo = {
  /** energy + log base before the swaps, [rungs, chains] */
  readonly delta: tf.Tensor2D
  /** Of each pair of neighbours, [rungs − 1, chains]. */
  readonly swapProbability: tf.Tensor2D
  /** Of the moves of all rungs but the base, [rungs − 1, chains]. */
  readonly acceptance: tf.Tensor2D
  /** 1 for a move that diverged, [rungs − 1, chains]. */
  readonly divergent: tf.Tensor2D
  /** 1 for chains whose top was reached by a replica from the base, [1, chains]. */
  readonly arrived: tf.Tensor2D
  /** By the energy itself, at the top before the swaps, [1, chains]. */
  readonly topEnergy: tf.Tensor2D
}

/** What may be different at each step of a warm-up. */
export interface Rungs {
  /** 0 = β₀ < … < β_R = 1 */
  readonly betas: readonly number[]
  /** ε at β₁ … β_R. */
  readonly stepSizes: readonly number[]
}

/** A step of the room for chains each of which has an energy of its own; ε is 1, step sizes are in the mass. */
export type TemperedMove = (
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  mass: Mass,
) => TemperedMoved | Promise<TemperedMoved>

type TemperedMoved = Moved<
  ChainState,
  { readonly acceptanceProbability: tf.Tensor1D; readonly divergent: tf.Tensor1D }
>

/** Replicas at positions, none of them climbing. Within a tidy. */
export function replicasAt(where: string, energy: Energy, base: Base, position: tf.Tensor): Replicas {
  const ofEnergy = stateAt(where, energy, position)
  const ofBase = stateAt(where, baseEnergy(base), position)
  return {
    ...ofEnergy,
    baseEnergy: ofBase.energy,
    baseGradient: ofBase.gradient,
    climbing: tf.zerosLike(ofEnergy.energy),
  }
}

/** Moves at all rungs, new draws at the base, swaps. */
export function temperingKernel(
  where: string,
  energy: Energy,
  base: Base,
  { move, mass, rungs }: { readonly move: TemperedMove; readonly mass: Mass; readonly rungs: () => Rungs },
): AwaitedKernel<Replicas, TemperingStepInfo> {
  return async (replicas, key, step) => {
    const [moveKey, baseKey, swapKey] = split(key, 3)
    const { betas, stepSizes } = rungs()
    const chains = replicas.energy.size / betas.length
    const above = tf.tidy(() => {
      const byRow = (values: readonly number[]) =>
        tf.tensor1d(values.flatMap(value => new Array<number>(chains).fill(value)))
      const beta = byRow(betas.slice(1))
      return { beta, stepSize: byRow(stepSizes), state: stateBetween(replicas, beta) }
    })
    let moved: TemperedMoved | undefined
    try {
      const between = energyBetween(where, energy, base, above.beta)
      moved = await move(between, above.state, moveKey, rowScaledMass(mass, above.stepSize))
      const { state, info } = moved
      return tf.tidy(() => {
        const position = tf.concat([base.sample(baseKey, chains), state.position], 0)
        const climbing = tf.concat([tf.ones([chains]), tf.slice(replicas.climbing, chains)], 0) as tf.Tensor1D
        const before = { ...replicasAt(where, energy, base, position), climbing }
        return swapped(before, info, betas, step, swapKey)
      })
    } finally {
      tf.dispose([above, moved])
    }
  }
}

/** Energies and gradients at the rungs above the base. */
function stateBetween(replicas: Replicas, beta: tf.Tensor1D): ChainState {
  const first = replicas.energy.size - beta.size
  const above = <T extends tf.Tensor>(x: T) =>
    tf.slice(x, [first, ...x.shape.slice(1).map(() => 0)], [beta.size, ...x.shape.slice(1)]) as T
  const mixed = <T extends tf.Tensor>(ofEnergy: T, ofBase: T): T => {
    const share = tf.reshape(beta, [beta.size, ...ofEnergy.shape.slice(1).map(() => 1)])
    return tf.sub(tf.mul(above(ofEnergy), share), tf.mul(above(ofBase), tf.sub(share, 1))) as T
  }
  return {
    position: above(replicas.position),
    energy: mixed(replicas.energy, replicas.baseEnergy),
    gradient: mixed(replicas.gradient, replicas.baseGradient),
  }
}

function swapped(
  before: Replicas,
  { acceptanceProbability, divergent }: TemperedMoved['info'],
  betas: readonly number[],
  step: number,
  key: RandomKey,
): Moved<Replicas, TemperingStepInfo> {
  const rungs = betas.length
  const chains = before.energy.size / rungs
  const byRung = (x: tf.Tensor) => tf.reshape(x, [-1, chains]) as tf.Tensor2D
  const top = (x: tf.Tensor) => byRung(tf.slice(x, (rungs - 1) * chains))
  const delta = byRung(tf.sub(before.energy, before.baseEnergy))
  const { probability, places } = replicaSwaps(betas, delta, step, key)
  const after = gatherChains(before, places)
  const arrived = top(after.climbing)
  const below = tf.slice(after.climbing, 0, (rungs - 1) * chains)
  return {
    state: { ...after, climbing: tf.concat([below, tf.zeros([chains])], 0) as tf.Tensor1D },
    info: {
      delta,
      swapProbability: probability,
      acceptance: byRung(acceptanceProbability),
      divergent: tf.cast(byRung(divergent), 'float32'),
      arrived,
      topEnergy: top(before.energy),
    },
  }
}
