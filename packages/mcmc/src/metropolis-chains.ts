import { ChiaroError, checkNumber, type RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ChainTurn, Moved } from './chain-loop.ts'
import { type ChainOptions, checkedChainOptions } from './chain-options.ts'
import { type ChainState, type Energy, stateAt } from './chain-state.ts'
import { adaptStepSize } from './dual-averaging.ts'
import type { MetropolisStepInfo } from './hamiltonian-step.ts'
import { type Chains, runChains } from './run-chains.ts'

/** What there is to say of Metropolis-tested chains, warm-up left out. */
export interface MetropolisInfo {
  /** Each chain's mean acceptance probability. */
  readonly acceptance: Float32Array
  /** How often each chain's proposal diverged (ΔH above 1000 or not finite). */
  readonly divergences: Float32Array
  /** The step size after the warm-up. */
  readonly stepSize: number
}

export type MetropolisChains = Chains<MetropolisInfo>

/** What `metropolisLangevin` and `hamiltonian` have in common. */
export interface MetropolisOptions extends ChainOptions {
  /** ε; with a warm-up, where its adaptation starts. */
  readonly stepSize: number
}

type MetropolisMoved = Moved<ChainState, MetropolisStepInfo>

/** What runs under `metropolisLangevin` and `hamiltonian`: chains whose warm-up adapts the step size. */
export async function metropolisChains(
  where: string,
  energy: Energy,
  start: tf.Tensor,
  kernel: (state: ChainState, key: RandomKey, stepSize: number) => MetropolisMoved,
  options: MetropolisOptions & { readonly targetAcceptance: number },
): Promise<MetropolisChains> {
  const checked = checkedChainOptions(where, options)
  const { steps, warmup, totalSteps, reportEvery, onProgress } = checked
  const { targetAcceptance: target } = options
  let { stepSize } = options
  checkNumber(where, { stepSize }, { above: 0 })
  checkNumber(where, { targetAcceptance: target }, { above: 0, below: 1 })
  let adaptation = adaptStepSize(stepSize, target)
  // Sums over steps of acceptance and of divergences, by chain.
  let totals: tf.Tensor = tf.zeros([2, start.shape[0]])
  let [sum, count] = [0, 0]
  const watch = async ({ step, state, info }: ChainTurn<ChainState, MetropolisStepInfo>) => {
    if (info === undefined) return await checkStart(where, state)
    if (step > warmup) totals = replacedTotals(totals, before => tf.add(before, rowsOf(info)))
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
    const first = stateAt(where, energy, start)
    const { state, draws } = await runChains(first, (at, key) => kernel(at, key, stepSize), checked, watch)
    const [acceptance, divergences] = await readRows(totals)
    return {
      state,
      draws,
      info: { acceptance: acceptance.map(total => total / steps), divergences, stepSize },
    }
  } finally {
    totals.dispose()
  }
}

/** [2, chains] */
function rowsOf({ acceptanceProbability, divergent }: MetropolisStepInfo): tf.Tensor {
  return tf.stack([acceptanceProbability, tf.cast(divergent, 'float32')])
}

function replacedTotals(before: tf.Tensor, next: (before: tf.Tensor) => tf.Tensor): tf.Tensor {
  const after = tf.tidy(() => next(before))
  before.dispose()
  return after
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
