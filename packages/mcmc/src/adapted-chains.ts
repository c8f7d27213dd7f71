import { ChiaroError, checkNumber, type RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ChainTurn } from './chain-loop.ts'
import { type ChainOptions, checkedChainOptions } from './chain-options.ts'
import { type ChainState, type Energy, stateAt } from './chain-state.ts'
import { adaptStepSize } from './dual-averaging.ts'
import { type Chains, type ChainTurns, runChains } from './run-chains.ts'

/** What `metropolisLangevin`, `hamiltonian` and `noUTurn` have in common. */
export interface MetropolisOptions extends ChainOptions {
  /** ε; with a warm-up, where its adaptation starts. */
  readonly stepSize: number
}

/** What must be said of a step for the step size to adapt. */
type AdaptedInfo = { readonly acceptanceProbability: tf.Tensor1D }

/** What a run of adapted chains is made of. */
export interface AdaptedParts<Info> {
  /** The turns of a loop with the step size of the moment. */
  turns(
    first: ChainState,
    stepSize: () => number,
    loop: { readonly key: RandomKey; readonly steps: number },
  ): ChainTurns<ChainState, Info>
  /** What is summed over the steps after the warm-up, each [chains]. */
  summed(info: Info): tf.Tensor[]
}

/** A run's step size, and by what was summed each chain's total. */
export interface AdaptedTotals {
  readonly stepSize: number
  readonly totals: readonly Float32Array[]
}

/** What runs under `metropolisLangevin`, `hamiltonian` and `noUTurn`: chains whose warm-up adapts the step size. */
export async function adaptedChains<Info extends AdaptedInfo>(
  where: string,
  energy: Energy,
  start: tf.Tensor,
  { turns, summed }: AdaptedParts<Info>,
  options: MetropolisOptions & { readonly targetAcceptance: number },
): Promise<Chains<AdaptedTotals>> {
  const checked = checkedChainOptions(where, options)
  const { key, warmup, totalSteps, reportEvery, onProgress } = checked
  const { targetAcceptance: target } = options
  let { stepSize } = options
  checkNumber(where, { stepSize }, { above: 0 })
  checkNumber(where, { targetAcceptance: target }, { above: 0, below: 1 })
  let adaptation = adaptStepSize(stepSize, target)
  let totals: tf.Tensor | undefined
  let [sum, count] = [0, 0]
  const watch = async ({ step, state, info }: ChainTurn<ChainState, Info>) => {
    if (info === undefined) return await checkStart(where, state.energy)
    if (step > warmup) totals = raised(totals, () => tf.stack(summed(info)))
    const reporting = step % reportEvery === 0 || step === totalSteps
    if (step > warmup && !(onProgress !== undefined && reporting)) return
    const means = tf.tidy(() => tf.stack([tf.mean(info.acceptanceProbability), tf.mean(state.energy)]))
    const [acceptance, meanEnergy] = await means.data().finally(() => means.dispose())
    ;[sum, count] = [sum + acceptance, count + 1]
    if (step <= warmup) {
      adaptation = adaptation.next(acceptance)
      stepSize = step < warmup ? adaptation.stepSize : adaptation.averagedStepSize
    }
    if (!reporting) return
    onProgress?.({ step, totalSteps, stepSize, meanEnergy, acceptance: sum / count })
    ;[sum, count] = [0, 0]
  }
  try {
    const loop = turns(stateAt(where, energy, start), () => stepSize, { key, steps: totalSteps })
    const { state, draws } = await runChains(loop, checked, watch, chains => chains)
    return { state, draws, info: { stepSize, totals: await readRows(totals as tf.Tensor | undefined) } }
  } finally {
    tf.dispose(totals as tf.Tensor | undefined)
  }
}

/** A Metropolis test against an energy that is not finite means nothing, so chains must not start there. */
export async function checkStart(where: string, energy: tf.Tensor1D, chains = energy.size): Promise<void> {
  const energies = await energy.data()
  const row = energies.findIndex(value => !Number.isFinite(value))
  if (row < 0) return
  const message = `${where}: start must have finite energy, got ${energies[row]} at chain ${row % chains}, step 0`
  throw new ChiaroError('non-finite', message, 'start')
}

/** A sum with one more term. Disposes the sum before. */
function raised(before: tf.Tensor | undefined, term: () => tf.Tensor): tf.Tensor {
  const after = tf.tidy(() => (before === undefined ? term() : tf.add(before, term())))
  before?.dispose()
  return after
}

/** The rows of [count, length]; a run has at least one step, so that there are some. */
async function readRows(rows: tf.Tensor | undefined): Promise<Float32Array[]> {
  if (rows === undefined) return []
  const values = (await rows.data()) as Float32Array
  const [count, length] = rows.shape
  return Array.from({ length: count }, (_, row) => values.slice(row * length, (row + 1) * length))
}
