import { ChiaroError } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type ChainOptions, checkedChainOptions } from './chain-options.ts'
import { type ChainState, type Energy, stateAt } from './chain-state.ts'
import { guardedChains, replaced, restartedChains } from './guarded-chains.ts'
import { checkLangevinStepOptions, type LangevinStepOptions, langevinMove } from './langevin-step.ts'
import { stacked } from './metropolis-chains.ts'
import { yielding } from './yielding.ts'

/** A chain whose position, energy or gradient stopped being finite. */
export interface NonFiniteChain {
  readonly chain: number
  /** Counted from 1, warm-up included; 0 is the start. */
  readonly step: number
}

export interface LangevinOptions extends LangevinStepOptions, ChainOptions {
  /**
   * Called for a chain that broke, which stands at its last finite position until the next look (`reportEvery`).
   * 'freeze' leaves it there to the end; 'restart' puts it back to its start. Absent: `langevin` throws.
   */
  readonly onNonFinite?: (event: NonFiniteChain) => 'freeze' | 'restart'
}

/** What Langevin chains leave. The caller disposes the tensors. */
export interface LangevinChains {
  /** Where the chains ended, [chains, …event]. */
  readonly samples: tf.Tensor
  /** [draws, chains, …event], draws = ⌊steps/thin⌋. */
  readonly draws: tf.Tensor
  /** Chains that broke, in the order of looks. Empty unless `onNonFinite` is given. */
  readonly nonFinite: readonly NonFiniteChain[]
}

/**
 * Chains by the unadjusted Langevin algorithm: `langevinStep` many times, with its bias of O(ε²). For the inner loop of
 * training, where nothing may wait for the device, see `shortLangevin`.
 *
 * The same key, start and backend give the same draws.
 *
 * @param start [chains, …event], stays the caller's
 * @throws ChiaroError 'non-finite' naming chain and step, without `onNonFinite` (at step 0 always); TypeError or
 *   RangeError for arguments; the signal's reason when aborted
 */
export async function langevin(
  energy: Energy,
  start: tf.Tensor,
  options: LangevinOptions,
): Promise<LangevinChains> {
  const where = 'langevin'
  checkLangevinStepOptions(where, options)
  const { key, steps, warmup, thin, reportEvery, onProgress, signal } = checkedChainOptions(where, options)
  const { stepSize, onNonFinite } = options
  const pause = yielding(signal)
  const draws: tf.Tensor[] = []
  const nonFinite: NonFiniteChain[] = []
  const frozen = new Set<number>()
  const first: ChainState = { ...stateAt(where, energy, start) }
  let chains = tf.tidy(() => guardedChains(first, first, tf.fill([start.shape[0]], -1), 0))
  const look = async (step: number) => {
    const read = tf.tidy(() => tf.stack([chains.brokeAt, chains.energy]))
    const values = (await read.data().finally(() => read.dispose())) as Float32Array
    const count = start.shape[0]
    const broken = Array.from(values.subarray(0, count), (at, chain) => ({ chain, step: at }))
    const events = broken.filter(event => event.step >= 0 && !frozen.has(event.chain))
    const restarted = new Set<number>()
    for (const event of events) {
      const action = event.step === 0 ? undefined : onNonFinite?.(event)
      if (action === undefined) throw brokenChain(where, event)
      nonFinite.push(event)
      ;(action === 'restart' ? restarted : frozen).add(event.chain)
    }
    if (restarted.size > 0) chains = replaced(chains, restartedChains(chains, first, restarted))
    const meanEnergy = values.subarray(count).reduce((sum, value) => sum + value, 0) / count
    if (step > 0) onProgress?.({ step, totalSteps: warmup + steps, stepSize, meanEnergy, acceptance: 1 })
  }
  try {
    await look(0)
    for (let step = 1; step <= warmup + steps; step++) {
      await pause()
      chains = replaced(
        chains,
        tf.tidy(() => {
          const moved = langevinMove(chains, foldIn(key, step), options)
          return guardedChains(stateAt(where, energy, moved), chains, chains.brokeAt, step)
        }),
      )
      if (step % reportEvery === 0 || step === warmup + steps) await look(step)
      if (step > warmup && (step - warmup) % thin === 0) draws.push(tf.clone(chains.position))
    }
    return { samples: tf.clone(chains.position), draws: stacked(draws, start.shape), nonFinite }
  } finally {
    tf.dispose([draws, { ...first }, chains])
  }
}

function brokenChain(where: string, { chain, step }: NonFiniteChain): ChiaroError {
  const message = `${where}: chains must stay finite, got chain ${chain} not finite at step ${step}; try a smaller stepSize`
  return new ChiaroError('non-finite', message, step === 0 ? 'start' : 'stepSize')
}
