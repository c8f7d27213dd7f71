import * as tf from '@tensorflow/tfjs-core'
import { logAdd } from './stepping-stones.ts'
import type { TemperingStepInfo } from './tempering-step.ts'

/** A step of tempering as numbers, by rung and chain. */
export interface TemperingNumbers {
  readonly delta: readonly Float32Array[]
  readonly swapProbability: readonly Float32Array[]
  readonly acceptance: readonly Float32Array[]
  readonly divergent: readonly Float32Array[]
  readonly arrived: Float32Array
  readonly topEnergy: Float32Array
}

/** All that a step says, as one tensor to read. */
export function packedInfo(info: TemperingStepInfo): tf.Tensor2D {
  const { delta, swapProbability, acceptance, divergent, arrived, topEnergy } = info
  return tf.tidy(() => tf.concat([delta, swapProbability, acceptance, divergent, arrived, topEnergy], 0))
}

/** Steps packed one after the other, read back. */
export function unpackedInfos(values: Float32Array, rungs: number, chains: number): TemperingNumbers[] {
  const pairs = rungs - 1
  const size = (rungs + 3 * pairs + 2) * chains
  return Array.from({ length: values.length / size }, (_, i) => {
    const rows = Array.from({ length: size / chains }, (_, row) =>
      values.subarray(i * size + row * chains, i * size + (row + 1) * chains),
    )
    const [from, to] = [rungs + pairs, rungs + 2 * pairs]
    return {
      delta: rows.slice(0, rungs),
      swapProbability: rows.slice(rungs, from),
      acceptance: rows.slice(from, to),
      divergent: rows.slice(to, to + pairs),
      arrived: rows[to + pairs],
      topEnergy: rows[to + pairs + 1],
    }
  })
}

/** What steps with the same ladder add up to. */
export interface TemperingTally {
  readonly steps: number
  /** Means over the chains, summed over the steps, by pair of rungs or rung above the base. */
  readonly swaps: readonly number[]
  readonly acceptances: readonly number[]
  readonly divergences: readonly number[]
  /** By chain. */
  readonly arrivals: readonly number[]
  /** log of the sums of exp(−(β_r+1 − β_r)Δ), [rungs − 1][chains]. */
  readonly logWeights: readonly (readonly number[])[]
}

export function emptyTally(rungs: number, chains: number): TemperingTally {
  const of = <T>(length: number, value: T) => Array.from({ length }, () => value)
  const [pairs, none] = [rungs - 1, Number.NEGATIVE_INFINITY]
  return {
    steps: 0,
    swaps: of(pairs, 0),
    acceptances: of(pairs, 0),
    divergences: of(pairs, 0),
    arrivals: of(chains, 0),
    logWeights: of(pairs, of(chains, none)),
  }
}

/** A tally with one step more. */
export function tallyWith(
  tally: TemperingTally,
  step: TemperingNumbers,
  betas: readonly number[],
): TemperingTally {
  const added = (sums: readonly number[], terms: (i: number) => number) =>
    sums.map((sum, i) => sum + terms(i))
  return {
    steps: tally.steps + 1,
    swaps: added(tally.swaps, r => meanOf(step.swapProbability[r])),
    acceptances: added(tally.acceptances, r => meanOf(step.acceptance[r])),
    divergences: added(tally.divergences, r => sumOf(step.divergent[r])),
    arrivals: added(tally.arrivals, chain => step.arrived[chain]),
    logWeights: tally.logWeights.map((sums, r) =>
      sums.map((sum, chain) => {
        const log = -(betas[r + 1] - betas[r]) * step.delta[r][chain]
        return Number.isNaN(log) ? sum : logAdd(sum, log)
      }),
    ),
  }
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

export function meanOf(values: Float32Array): number {
  return sumOf(values) / values.length
}
