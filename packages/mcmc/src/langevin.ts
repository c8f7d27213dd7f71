import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type ChainTurn, chainLoop } from './chain-loop.ts'
import { type ChainOptions, checkedChainOptions } from './chain-options.ts'
import { type Energy, stateAt } from './chain-state.ts'
import { type GuardedChains, guardedChains, restartedChains } from './guarded-chains.ts'
import { checkLangevinStepOptions, type LangevinStepOptions, unadjustedStep } from './langevin-step.ts'
import { type Chains, runChains } from './run-chains.ts'
import { finiteChains } from './select-chains.ts'

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

/** What there is to say of Langevin chains. */
export interface LangevinInfo {
  /** Chains that broke, in the order of looks. Empty unless `onNonFinite` is given. */
  readonly nonFinite: readonly NonFiniteChain[]
}

export type LangevinChains = Chains<LangevinInfo>

/**
 * Chains by the unadjusted Langevin algorithm: `langevinStep` many times, with its bias of O(ε²). For the inner loop of
 * training, where nothing may wait for the device, see `shortLangevin`.
 *
 * The same key, start and backend give the same draws.
 *
 * @param start [chains, …event], stays the caller's
 * @throws ChiaroError 'non-finite' naming chain and step, without `onNonFinite` (at step 0 always); TypeError or
 *   RangeError for arguments; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { langevin } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const { draws } = await langevin(energy, normal(key(1), [8, 2]), {
 *   ...{ stepSize: 0.1, steps: 100, thin: 10, key: key(2) },
 * })
 * console.log(draws.shape) // [10, 8, 2]
 * ```
 */
export async function langevin(
  energy: Energy,
  start: tf.Tensor,
  options: LangevinOptions,
): Promise<LangevinChains> {
  const where = 'langevin'
  checkLangevinStepOptions(where, options)
  const checked = checkedChainOptions(where, options)
  const { totalSteps, reportEvery, onProgress } = checked
  const { stepSize, onNonFinite } = options
  const nonFinite: NonFiniteChain[] = []
  const frozen = new Set<number>()
  const first = stateAt(where, energy, start)
  const watch = async (turn: ChainTurn<GuardedChains, undefined>) => {
    const { step, state } = turn
    if (step % reportEvery !== 0 && step !== totalSteps) return
    const { broken, meanEnergy } = await lookedAt(state)
    const events = broken.filter(({ chain }) => !frozen.has(chain))
    const restarted = new Set<number>()
    for (const event of events) {
      const action = event.step === 0 ? undefined : onNonFinite?.(event)
      if (action === undefined) throw brokenChain(where, event)
      nonFinite.push(event)
      ;(action === 'restart' ? restarted : frozen).add(event.chain)
    }
    if (restarted.size > 0) turn.state = restartedChains(state, first, restarted)
    if (step > 0) onProgress?.({ step, totalSteps, stepSize, meanEnergy, acceptance: 1 })
  }
  try {
    const whole = tf.tidy(() => {
      const unbroken = { ...first, brokeAt: tf.fill([start.shape[0]], -1) as tf.Tensor1D }
      return guardedChains({ state: first, info: { finite: finiteChains(first) } }, unbroken, 0)
    })
    const turns = chainLoop(
      whole,
      (chains: GuardedChains, key, step) => {
        const moved = unadjustedStep(where, energy, chains, key, options)
        return { state: guardedChains(moved, chains, step), info: undefined }
      },
      { key: checked.key, steps: totalSteps },
    )
    const run = await runChains(turns, checked, watch, chains => chains)
    return { ...run, info: { nonFinite } }
  } finally {
    tf.dispose(first)
  }
}

/** The chains that broke, and the mean energy: one read. */
async function lookedAt({ brokeAt, energy }: GuardedChains) {
  const read = tf.tidy(() => tf.stack([brokeAt, energy]))
  const values = (await read.data().finally(() => read.dispose())) as Float32Array
  const count = brokeAt.size
  const steps = Array.from(values.subarray(0, count), (step, chain) => ({ chain, step }))
  const meanEnergy = values.subarray(count).reduce((sum, value) => sum + value, 0) / count
  return { broken: steps.filter(({ step }) => step >= 0), meanEnergy }
}

function brokenChain(where: string, { chain, step }: NonFiniteChain): ChiaroError {
  const message = `${where}: chains must stay finite, got chain ${chain} not finite at step ${step}; try a smaller stepSize`
  return new ChiaroError('non-finite', message, step === 0 ? 'start' : 'stepSize')
}
