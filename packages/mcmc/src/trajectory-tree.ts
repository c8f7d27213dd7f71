import type { RandomKey } from '@chiaro/core'
import { softplus } from '@chiaro/ops'
import { uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { ChainState } from './chain-state.ts'
import { goesOn } from './goes-on.ts'
import type { PhasePoint } from './integrator.ts'
import type { Mass } from './mass.ts'
import { clonedChains, selectChains } from './select-chains.ts'
import type { Subtree, TreeTally } from './subtree.ts'

/**
 * Each chain's trajectory: up to 2^maxDepth points in a row, of which only the two ends are kept, sums, and one point
 * drawn among them.
 */
export type Tree = {
  readonly back: PhasePoint
  readonly front: PhasePoint
  /** Drawn among the points, with probabilities that favour later halves (Betancourt 2017, section A.3.2). */
  readonly proposal: ChainState
  /** Σ p over the points, [chains, …event] */
  readonly momentumSum: tf.Tensor
  /** log Σ exp(−ΔH) over the points, [chains] */
  readonly logWeight: tf.Tensor1D
  /** Whether the chain's trajectory may be doubled, bool [chains]. */
  readonly growing: tf.Tensor1D
  /** Doublings that were kept, [chains]. */
  readonly depth: tf.Tensor1D
  readonly tally: TreeTally
}

/** The trajectory that is its starting point. Within a tidy. */
export function rootTree(origin: PhasePoint): Tree {
  const chains: [number] = [origin.state.energy.size]
  const zeros = () => tf.zeros<tf.Rank.R1>(chains)
  return {
    back: clonedChains<PhasePoint>(origin),
    front: clonedChains<PhasePoint>(origin),
    proposal: clonedChains<ChainState>(origin.state),
    momentumSum: tf.clone(origin.momentum),
    logWeight: zeros(),
    growing: tf.ones<tf.Rank.R1>(chains, 'bool'),
    depth: zeros(),
    tally: { points: zeros(), acceptances: zeros(), divergent: tf.zeros<tf.Rank.R1>(chains, 'bool') },
  }
}

/**
 * The tree read backwards where the coin says so: ends exchanged, momenta reversed. Dynamics that can be reversed make
 * this the same trajectory, so that doubling to either side is doubling at the front. Within a tidy.
 */
export function turnedTree(tree: Tree, coin: tf.Tensor1D): Tree {
  const { back, front, momentumSum } = tree
  return {
    ...tree,
    back: selectChains(coin, reversed(front), back),
    front: selectChains(coin, reversed(back), front),
    momentumSum: selectChains(coin, tf.neg(momentumSum), momentumSum),
  }
}

function reversed({ state, momentum }: PhasePoint): PhasePoint {
  return { state, momentum: tf.neg(momentum) }
}

/**
 * The tree with a second half at its front, where the half is sound; elsewhere the chain's trajectory is at its end. The
 * new half's point is taken with probability min(1, its weight over the old half's). Within a tidy.
 */
export function joinedTree(tree: Tree, half: Subtree, mass: Mass, key: RandomKey): Tree {
  const { sound } = half
  const gain = tf.sub(half.logWeight, tree.logWeight)
  const better = tf.less(uniform(key, [sound.size]), tf.exp(tf.minimum(0, gain)))
  const taken = tf.logicalAnd(sound, better) as tf.Tensor1D
  const momentumSum = tf.add(tree.momentumSum, half.momentumSum)
  const { back } = tree
  const straight = goesOn(back.momentum, half.point.momentum, momentumSum, mass)
  return {
    back: clonedChains<PhasePoint>(back),
    front: clonedChains<PhasePoint>(half.point),
    proposal: selectChains(taken, half.proposal, tree.proposal),
    momentumSum,
    logWeight: tf.where(sound, tf.add(tree.logWeight, softplus(gain)), tree.logWeight) as tf.Tensor1D,
    growing: tf.logicalAnd(sound, straight) as tf.Tensor1D,
    depth: tf.add(tree.depth, tf.cast(sound, 'float32')),
    tally: {
      points: tf.add(tree.tally.points, half.tally.points),
      acceptances: tf.add(tree.tally.acceptances, half.tally.acceptances),
      divergent: tf.logicalOr(tree.tally.divergent, half.tally.divergent) as tf.Tensor1D,
    },
  }
}
