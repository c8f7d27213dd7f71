import { softplus } from '@chiaro/ops'
import { uniform } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Kernel } from './chain-loop.ts'
import type { ChainState } from './chain-state.ts'
import { energyRise } from './energy-rise.ts'
import { goesOn } from './goes-on.ts'
import type { Dynamics, Integrator, PhasePoint } from './integrator.ts'
import type { Mass } from './mass.ts'
import { clonedChains, selectChains } from './select-chains.ts'

/** The new half of a trajectory, point after point from the front of the old one. */
export type Subtree = {
  /** The last one. */
  readonly point: PhasePoint
  /** Drawn among the points by their weights. */
  readonly proposal: ChainState
  /** Σ p over the points, [chains, …event] */
  readonly momentumSum: tf.Tensor
  /** log Σ exp(−ΔH) over the points, [chains] */
  readonly logWeight: tf.Tensor1D
  /** Whether the chain's trajectory was growing, and nothing in this half diverged or turned back; bool [chains]. */
  readonly sound: tf.Tensor1D
  readonly tally: TreeTally
  /** Where the parts begin that are not whole yet, the longest first. */
  readonly beginnings: Beginning[]
}

/** What is counted over all points that were reached, of halves that were thrown away too. Each [chains]. */
export type TreeTally = {
  readonly points: tf.Tensor1D
  /** Σ min(1, exp(−ΔH)) */
  readonly acceptances: tf.Tensor1D
  /** Whether one diverged, bool. */
  readonly divergent: tf.Tensor1D
}

type Beginning = {
  readonly momentum: tf.Tensor
  /** Σ p before it. */
  readonly sumBefore: tf.Tensor
}

/** What a trajectory follows, and where it began: ΔH is counted from there. */
export interface TrajectoryRules {
  readonly origin: PhasePoint
  readonly dynamics: Dynamics
  readonly integrator: Integrator
  readonly mass: Mass
  readonly stepSize: number
}

/**
 * A half without points yet, in front of a point. It is sound where the trajectory is growing, bool [chains]. Within a
 * tidy.
 */
export function emptySubtree(front: PhasePoint, growing: tf.Tensor1D): Subtree {
  const zeros = () => tf.zerosLike(front.state.energy)
  return {
    point: clonedChains<PhasePoint>(front),
    proposal: clonedChains<ChainState>(front.state),
    momentumSum: tf.zerosLike(front.momentum),
    logWeight: zeros(),
    sound: tf.clone(growing),
    tally: { points: zeros(), acceptances: zeros(), divergent: tf.zeros([growing.size], 'bool') },
    beginnings: [],
  }
}

/**
 * Adds point after point, for all chains. Those that are not sound go on as well, and what becomes of them is thrown away.
 *
 * A half of 2^d points is made of parts of 2, 4, … points that must not turn back either. Point n, counted from 0, ends as
 * many of them as n in binary ends in ones: those that began last, of which the first begins a longer one besides. So d
 * momenta are kept instead of 2^d (Phan et al. 2019, algorithm 2).
 */
export function subtreeKernel(rules: TrajectoryRules): Kernel<Subtree, undefined> {
  const { origin, dynamics, integrator, mass, stepSize } = rules
  return (half, key, step) => {
    const n = step - 1
    const point = integrator(dynamics, half.point, stepSize, 1)
    const { rise, acceptanceProbability, divergent } = energyRise(origin, point, mass)
    const momentumSum = tf.add(half.momentumSum, point.momentum)
    const { beginnings } = half
    const parts = trailingOnes(n)
    let sound = tf.logicalAnd(half.sound, tf.logicalNot(divergent)) as tf.Tensor1D
    for (const { momentum, sumBefore } of beginnings.slice(beginnings.length - parts)) {
      const straight = goesOn(momentum, point.momentum, tf.sub(momentumSum, sumBefore), mass)
      sound = tf.logicalAnd(sound, straight) as tf.Tensor1D
    }
    const kept = parts === 0 ? beginnings : beginnings.slice(0, beginnings.length - parts + 1)
    const begun = { momentum: point.momentum, sumBefore: half.momentumSum }
    return {
      state: {
        point,
        ...drawn(half, point, tf.neg(rise), n === 0 ? undefined : uniform(key, [sound.size])),
        momentumSum,
        sound,
        tally: tallied(half, acceptanceProbability, divergent),
        beginnings: parts === 0 ? [...kept, begun] : kept,
      },
      info: undefined,
    }
  }
}

/** The point drawn among those before and a new one, which is taken with its share of the weight. */
function drawn(half: Subtree, point: PhasePoint, logWeight: tf.Tensor1D, uniforms: tf.Tensor | undefined) {
  if (uniforms === undefined) return { proposal: point.state, logWeight }
  const gain = tf.sub(logWeight, half.logWeight)
  const taken = tf.less(uniforms, tf.sigmoid(gain)) as tf.Tensor1D
  return {
    proposal: selectChains<ChainState>(taken, point.state, half.proposal),
    logWeight: tf.add(half.logWeight, softplus(gain)) as tf.Tensor1D,
  }
}

/** A point more for chains that are sound up to it. */
function tallied({ sound, tally }: Subtree, acceptance: tf.Tensor1D, divergent: tf.Tensor1D): TreeTally {
  const reached = tf.cast(sound, 'float32')
  const breaks = tf.logicalAnd(sound, divergent)
  return {
    points: tf.add(tally.points, reached),
    acceptances: tf.add(tally.acceptances, tf.mul(reached, acceptance)),
    divergent: tf.logicalOr(tally.divergent, breaks) as tf.Tensor1D,
  }
}

/** How many ones n ends in, in binary. */
function trailingOnes(n: number): number {
  return n % 2 === 0 ? 0 : 1 + trailingOnes((n - 1) / 2)
}
