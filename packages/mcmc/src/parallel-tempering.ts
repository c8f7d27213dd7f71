import { yielding } from '@chiaro/core'
import { split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkStart } from './adapted-chains.ts'
import type { Base } from './annealing-path.ts'
import { awaitedChainLoop, type ChainTurn } from './chain-loop.ts'
import type { ChainState, Energy } from './chain-state.ts'
import { metropolisStep } from './hamiltonian-step.ts'
import { unitMass } from './mass.ts'
import { trajectoryStep } from './no-u-turn-step.ts'
import { type Chains, runChains } from './run-chains.ts'
import { steppingStones } from './stepping-stones.ts'
import { checkedTempering, type ParallelTemperingOptions } from './tempering-options.ts'
import {
  type Replicas,
  replicasAt,
  type TemperedMove,
  type TemperingStepInfo,
  temperingKernel,
} from './tempering-step.ts'
import { emptyTally, meanOf, packedInfo, tallyWith, unpackedInfos } from './tempering-tally.ts'
import { temperingWarmup } from './tempering-warmup.ts'

/** What there is to say of tempered chains, warm-up left out. */
export interface TemperingInfo {
  /** β from 0 to 1, as the warm-up left them. */
  readonly temperatures: readonly number[]
  /** ε at each β above 0. */
  readonly stepSizes: readonly number[]
  /** Mean acceptance probability of the moves at each β above 0. */
  readonly acceptance: readonly number[]
  /** How often moves at each β above 0 diverged, in all chains. */
  readonly divergences: readonly number[]
  /** Mean probability of a swap of each pair of neighbours. */
  readonly swapRates: readonly number[]
  /** How often in each chain a replica that had been at the base came to the energy itself. */
  readonly roundTrips: readonly number[]
  /** log Z = log ∫ exp(−energy) by stepping stones, in nats; −∞ where no draw of some β had a finite energy. */
  readonly logPartition: number
  /** Of logPartition, from the spread between chains; NaN for a single one. */
  readonly standardError: number
}

export type TemperedChains = Chains<TemperingInfo>

/** Steps between two reads of the device after the warm-up. */
const stepsARead = 16

/**
 * Chains by parallel tempering (Geyer 1991), for energies of which others never leave a part: each chain has a replica at every
 *
 *   E_β = (1 − β)(−log base) + β energy,  0 = β₀ < … < β_R = 1
 *
 * Every step moves the replicas, draws that at β₀ from the base anew, and swaps neighbours, even pairs and odd ones in turn (Syed
 * et al. 2022). What is kept is at β = 1. A warm-up adapts each temperature's step size, and the temperatures where
 * only their number is given. The base must cover the energy's mass: where its density is 0 no replica goes.
 *
 * A step takes R (L + 1) gradients a chain, L of the kernel. The same key and backend give the same draws.
 *
 * @param base normalised, with a gradient of logProb; nothing else of a NoiseDistribution is used
 * @throws ChiaroError 'non-finite' naming a chain that starts where the energy is not finite; TypeError or RangeError
 *   for arguments; the signal's reason when aborted
 */
export async function parallelTempering(
  energy: Energy,
  base: Base,
  options: ParallelTemperingOptions,
): Promise<TemperedChains> {
  const where = 'parallelTempering'
  const checked = checkedTempering(where, options)
  const { chains, ladder, stepSizes, start, warmup, totalSteps, reportEvery, onProgress } = checked
  const count = ladder.length
  const [startKey, stepKey] = split(checked.key, 2)
  let adapting = temperingWarmup({ betas: ladder, stepSizes }, checked)
  let tally = emptyTally(count, chains)
  let pending: tf.Tensor2D[] = []
  let said = { acceptance: 0, steps: 0, meanEnergy: Number.NaN }
  const read = async (last: number) => {
    const packed = tf.concat(pending, 0)
    const first = last - pending.length + 1
    tf.dispose(pending)
    pending = []
    const values = (await packed.data().finally(() => packed.dispose())) as Float32Array
    unpackedInfos(values, count, chains).forEach((numbers, i) => {
      if (first + i <= warmup) adapting = adapting.next(first + i, numbers)
      else tally = tallyWith(tally, numbers, adapting.rungs.betas)
      const moved = numbers.acceptance.reduce((sum, rung) => sum + meanOf(rung), 0) / (count - 1)
      said = {
        acceptance: said.acceptance + moved,
        steps: said.steps + 1,
        meanEnergy: meanOf(numbers.topEnergy),
      }
    })
  }
  const watch = async ({ step, state, info }: ChainTurn<Replicas, TemperingStepInfo>) => {
    if (info === undefined) return await checkReplicas(where, state, chains)
    pending.push(packedInfo(info))
    const reporting = step % reportEvery === 0 || step === totalSteps
    if (step <= warmup || reporting || pending.length === stepsARead) await read(step)
    if (!reporting) return
    const { meanEnergy, acceptance, steps } = said
    const [stepSize] = adapting.rungs.stepSizes.slice(-1)
    onProgress?.({ step, totalSteps, stepSize, meanEnergy, acceptance: acceptance / steps })
    said = { acceptance: 0, steps: 0, meanEnergy }
  }
  const move = moveOf(where, checked, yielding(checked.signal))
  const kernel = temperingKernel(where, energy, base, {
    move,
    mass: checked.mass ?? unitMass,
    rungs: () => adapting.rungs,
  })
  try {
    const first = tf.tidy(() =>
      replicasAt(
        where,
        energy,
        base,
        start ? tf.concat(new Array<tf.Tensor>(count).fill(start), 0) : base.sample(startKey, count * chains),
      ),
    )
    const turns = awaitedChainLoop(first, kernel, { key: stepKey, steps: totalSteps })
    const run = await runChains(turns, checked, watch, replicas => topOf(replicas, chains))
    const { betas, stepSizes } = adapting.rungs
    const mean = (sum: number) => sum / tally.steps
    const logMeans = tally.logWeights.map(logs => logs.map(log => log - Math.log(tally.steps)))
    const info = {
      temperatures: betas,
      stepSizes,
      acceptance: tally.acceptances.map(mean),
      divergences: tally.divergences,
      swapRates: tally.swaps.map(mean),
      roundTrips: tally.arrivals,
      ...steppingStones(logMeans),
    }
    return { ...run, info }
  } finally {
    tf.dispose(pending)
  }
}

type Moves = Pick<
  ReturnType<typeof checkedTempering>,
  'kernel' | 'integrationSteps' | 'integrator' | 'maxDepth'
>

/** Step sizes are in the mass. */
function moveOf(where: string, moves: Moves, pause: () => Promise<void>): TemperedMove {
  const { kernel, integrationSteps, integrator, maxDepth } = moves
  return kernel === 'noUTurn'
    ? (energy, state, key, mass) =>
        trajectoryStep(where, energy, state, key, { stepSize: 1, maxDepth, integrator, mass, pause })
    : (energy, state, key, mass) =>
        metropolisStep(where, energy, state, key, { stepSize: 1, integrationSteps, integrator, mass })
}

/** The chains at β = 1, by the energy itself. */
function topOf({ position, energy, gradient }: Replicas, chains: number): ChainState {
  const from = energy.size - chains
  const of = <T extends tf.Tensor>(x: T) =>
    tf.slice(x, [from, ...x.shape.slice(1).map(() => 0)], [chains, ...x.shape.slice(1)]) as T
  return { position: of(position), energy: of(energy), gradient: of(gradient) }
}

/** Replicas at the base are drawn anew before they are looked at; the others must start where the energy is finite. */
async function checkReplicas(where: string, { energy }: Replicas, chains: number): Promise<void> {
  const above = tf.slice(energy, chains)
  await checkStart(where, above, chains).finally(() => above.dispose())
}
