import { ChiaroError, type RandomKey, rangeError } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type ChainOptions, checkedChainOptions } from './chain-options.ts'
import { type ChainState, type Energy, stateAt } from './chain-state.ts'
import { adaptStepSize } from './dual-averaging.ts'
import type { MetropolisState } from './hamiltonian-step.ts'
import { yielding } from './yielding.ts'

/** What Metropolis-tested chains leave. The caller disposes the tensors. */
export interface MetropolisChains {
  /** Where the chains ended, [chains, …event]. */
  readonly samples: tf.Tensor
  /** [draws, chains, …event], draws = ⌊steps/thin⌋. */
  readonly draws: tf.Tensor
  /** Each chain's mean acceptance probability after the warm-up. */
  readonly acceptance: Float32Array
  /** How often each chain's proposal diverged (ΔH above 1000 or not finite) after the warm-up. */
  readonly divergences: Float32Array
  /** The step size after the warm-up. */
  readonly stepSize: number
}

/** Moves all chains once with the given step size. */
export type MetropolisKernel = (state: ChainState, key: RandomKey, stepSize: number) => MetropolisState

export interface MetropolisChainsOptions extends ChainOptions {
  readonly stepSize: number
  readonly targetAcceptance: number
}

/** The loop under `metropolisLangevin` and `hamiltonian`. */
export async function metropolisChains(
  where: string,
  energy: Energy,
  start: tf.Tensor,
  kernel: MetropolisKernel,
  options: MetropolisChainsOptions,
): Promise<MetropolisChains> {
  const { key, steps, warmup, thin, reportEvery, onProgress, signal } = checkedChainOptions(where, options)
  const { targetAcceptance: target } = options
  if (!(target > 0 && target < 1)) throw rangeError(where, 'targetAcceptance', 'within 0…1', String(target))
  const pause = yielding(signal)
  const draws: tf.Tensor[] = []
  let adaptation = adaptStepSize(options.stepSize, target)
  let stepSize = options.stepSize
  let state: ChainState = { ...stateAt(where, energy, start) }
  let totals: tf.Tensor = tf.zeros([2, start.shape[0]])
  let [sum, count] = [0, 0]
  try {
    await checkStart(where, state)
    for (let step = 1; step <= warmup + steps; step++) {
      await pause()
      const [before, totalsBefore] = [state, totals]
      const { accepted, acceptanceProbability, divergent, ...after } = kernel(
        state,
        foldIn(key, step),
        stepSize,
      )
      state = after
      totals = tf.tidy(() =>
        step <= warmup
          ? tf.clone(totalsBefore)
          : tf.add(totalsBefore, tf.stack([acceptanceProbability, tf.cast(divergent, 'float32')])),
      )
      const reporting = step % reportEvery === 0 || step === warmup + steps
      const reading = step <= warmup || (onProgress !== undefined && reporting)
      const means = reading
        ? tf.tidy(() => tf.stack([tf.mean(acceptanceProbability), tf.mean(after.energy)]))
        : undefined
      tf.dispose([accepted, acceptanceProbability, divergent, totalsBefore, { ...before }])
      if (means !== undefined) {
        const [acceptance, meanEnergy] = await means.data().finally(() => means.dispose())
        ;[sum, count] = [sum + acceptance, count + 1]
        if (step <= warmup) {
          adaptation = adaptation.next(acceptance)
          stepSize = step < warmup ? adaptation.stepSize : adaptation.averagedStepSize
        }
        if (reporting) {
          onProgress?.({ step, totalSteps: warmup + steps, stepSize, meanEnergy, acceptance: sum / count })
          ;[sum, count] = [0, 0]
        }
      }
      if (step > warmup && (step - warmup) % thin === 0) draws.push(tf.clone(state.position))
    }
    const [acceptance, divergences] = await readRows(totals)
    return {
      samples: tf.clone(state.position),
      draws: stacked(draws, start.shape),
      acceptance: acceptance.map(total => total / steps),
      divergences,
      stepSize,
    }
  } finally {
    tf.dispose([draws, totals, { ...state }])
  }
}

/** Draws [chains, …event] as [draws, chains, …event], where there are any. */
export function stacked(draws: readonly tf.Tensor[], shape: readonly number[]): tf.Tensor {
  return draws.length === 0 ? tf.zeros([0, ...shape]) : tf.stack([...draws])
}

async function readRows(rows: tf.Tensor): Promise<Float32Array[]> {
  const values = (await rows.data()) as Float32Array
  const [count, length] = rows.shape
  return Array.from({ length: count }, (_, row) => values.slice(row * length, (row + 1) * length))
}

/** A Metropolis test against an energy that is not finite means nothing, so chains must not start there. */
async function checkStart(where: string, { energy }: ChainState): Promise<void> {
  const energies = await energy.data()
  const chain = energies.findIndex(value => !Number.isFinite(value))
  if (chain < 0) return
  const message = `${where}: start must have finite energy, got ${energies[chain]} at chain ${chain}, step 0`
  throw new ChiaroError('non-finite', message, 'start')
}
