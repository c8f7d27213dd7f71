import { checkInteger, checkNumber, type RandomKey } from '@chiaro/core'
import { normal, split, uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { awaitedChainLoop, chainLoop, type Moved } from './chain-loop.ts'
import { type ChainState, type Energy, stateAt } from './chain-state.ts'
import type { HamiltonianStepOptions } from './hamiltonian-step.ts'
import { velocityVerlet } from './integrator.ts'
import { unitMass } from './mass.ts'
import { clonedChains } from './select-chains.ts'
import { emptySubtree, subtreeKernel, type TrajectoryRules } from './subtree.ts'
import { joinedTree, rootTree, type Tree, turnedTree } from './trajectory-tree.ts'

/** What a trajectory without U-turns said, each [chains]. */
export type NoUTurnStepInfo = {
  /** Mean of min(1, exp(−ΔH)) over the points that were reached. */
  readonly acceptanceProbability: tf.Tensor1D
  /** Whether ΔH was above 1000 or not finite at one of them: the trajectory ended there. Bool. */
  readonly divergent: tf.Tensor1D
  /** Doublings that were kept: the trajectory drawn from has 2^treeDepth points. */
  readonly treeDepth: tf.Tensor1D
  /** Steps of the integrator, with those of a last half that was thrown away. */
  readonly integrationSteps: tf.Tensor1D
  /** Whether maxDepth ended the trajectory, bool. */
  readonly unfinished: tf.Tensor1D
}

export interface NoUTurnStepOptions extends Omit<HamiltonianStepOptions, 'integrationSteps'> {
  /** At most so many doublings, 2^maxDepth − 1 steps of the integrator. Default 10, Stan's. */
  readonly maxDepth?: number
}

/** Points between two looks whether any chain goes on. */
const pointsALook = 8

/**
 * One step of the no-U-turn sampler (Hoffman and Gelman 2014; multinomial, Betancourt 2017): momentum p ~ N(0, M), and a
 * trajectory of the integrator that is doubled, forwards or backwards, until it turns back, then a point drawn on it by
 * exp(−H), H = energy + ½ pᵀM⁻¹p. exp(−energy) is its exact stationary law, and there is no length to choose.
 *
 * Chains go on together until the last one has turned, and each one's draws depend on its own row alone. Points are not
 * kept (Phan et al. 2019): memory grows with maxDepth, not with 2^maxDepth. Waits for the device at each doubling, so that
 * it can't stand in the loss of a training step.
 *
 * @param state [chains, …event], with finite energies; it stays the caller's
 * @param key one a step, as foldIn(key, step)
 * @returns the new state; no gradient flows through it
 * @throws RangeError for a step size that is not positive or a depth below 1; TypeError for a mass of another dimension
 *   than the events
 */
export async function noUTurnStep(
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: NoUTurnStepOptions,
): Promise<Moved<ChainState, NoUTurnStepInfo>> {
  checkNumber('noUTurnStep', { stepSize: options.stepSize }, { above: 0 })
  checkInteger('noUTurnStep', { maxDepth: options.maxDepth ?? 10 }, { least: 1, most: 30 })
  return await trajectoryStep('noUTurnStep', energy, state, key, options)
}

/** `noUTurnStep` under the caller's name, its options checked before. `pause` is awaited now and then. */
export async function trajectoryStep(
  where: string,
  energy: Energy,
  state: ChainState,
  key: RandomKey,
  options: NoUTurnStepOptions & { readonly pause?: () => Promise<void> },
): Promise<Moved<ChainState, NoUTurnStepInfo>> {
  const { stepSize, maxDepth = 10, integrator = velocityVerlet, mass = unitMass, pause } = options
  const [momentumKey, treeKey] = split(key, 2)
  const momentum = tf.tidy(() => mass.momentum(normal(momentumKey, state.position.shape)))
  const rules: TrajectoryRules = {
    origin: { state, momentum },
    dynamics: { stateAt: position => stateAt(where, energy, position), velocity: mass.velocity },
    integrator,
    mass,
    stepSize,
  }
  const holdsForAny = async (condition: tf.Tensor1D): Promise<boolean> => {
    await pause?.()
    const any = tf.tidy(() => tf.any(condition))
    const [value] = await any.data().finally(() => any.dispose())
    return value !== 0
  }
  const doubled = async (tree: Tree, doublingKey: RandomKey, depth: number) => {
    const points = 2 ** (depth - 1)
    return { state: await doubledTree(tree, doublingKey, points, rules, holdsForAny), info: undefined }
  }
  try {
    const root = tf.tidy(() => rootTree(rules.origin))
    let end!: Moved<ChainState, NoUTurnStepInfo>
    for await (const turn of awaitedChainLoop(root, doubled, { key: treeKey, steps: maxDepth })) {
      const over = turn.step === maxDepth || (turn.step > 0 && !(await holdsForAny(turn.state.growing)))
      if (!over) continue
      end = tf.tidy(() => endOf(turn.state))
      break
    }
    return end
  } finally {
    momentum.dispose()
  }
}

/** The trajectory with `points` more where it is growing, the number that it has. */
async function doubledTree(
  tree: Tree,
  key: RandomKey,
  points: number,
  rules: TrajectoryRules,
  holdsForAny: (condition: tf.Tensor1D) => Promise<boolean>,
): Promise<Tree> {
  const [coinKey, pointKey, joinKey] = split(key, 3)
  const going = tf.tidy(() => {
    const coin = tf.less(uniform(coinKey, [tree.growing.size]), 0.5) as tf.Tensor1D
    return clonedChains<Tree>(turnedTree(tree, coin))
  })
  try {
    const empty = tf.tidy(() => emptySubtree(going.front, going.growing))
    let joined!: Tree
    for (const turn of chainLoop(empty, subtreeKernel(rules), { key: pointKey, steps: points })) {
      const { step, state } = turn
      const over =
        step === points || (step > 0 && step % pointsALook === 0 && !(await holdsForAny(state.sound)))
      if (!over) continue
      joined = tf.tidy(() => joinedTree(going, state, rules.mass, joinKey))
      break
    }
    return joined
  } finally {
    tf.dispose(going)
  }
}

function endOf({ proposal, growing, depth, tally }: Tree): Moved<ChainState, NoUTurnStepInfo> {
  return {
    state: clonedChains<ChainState>(proposal),
    info: {
      acceptanceProbability: tf.div(tally.acceptances, tally.points),
      divergent: tf.clone(tally.divergent),
      treeDepth: tf.clone(depth),
      integrationSteps: tf.clone(tally.points),
      unfinished: tf.clone(growing),
    },
  }
}
