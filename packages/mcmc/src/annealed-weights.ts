import { ChiaroError, yielding } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { checkedAnnealing } from './annealing-options.ts'
import type { Base } from './annealing-path.ts'
import { type AnnealingStepInfo, annealingKernel } from './annealing-step.ts'
import { chainLoop } from './chain-loop.ts'
import type { Energy } from './chain-state.ts'

/** What chains gather along a path. */
export interface AnnealedWeights {
  /** Σ_k (path_k − path_k−1)(−log base(x) − energy(x)) over where each chain stood, in float64. */
  readonly logWeights: Float64Array
  /** Mean acceptance probability of all moves; NaN for a single temperature step, which moves nothing. */
  readonly acceptance: number
}

/** Temperatures between two reads of the device. */
const temperaturesARead = 16

/**
 * Anneals chains along `path`, from β = 0 to 1 or back, and weighs them: the loop under `annealedImportanceSampling` and
 * `reverseAnnealing`.
 *
 * @param start [chains, …event], the loop's
 * @param named how an error names a chain
 */
export async function annealedWeights(
  where: string,
  energy: Energy,
  base: Base,
  start: tf.Tensor,
  options: Omit<ReturnType<typeof checkedAnnealing>, 'schedule'> & {
    readonly path: readonly number[]
    readonly named: (chain: number) => string
  },
): Promise<AnnealedWeights> {
  const { path, key, named, signal, onProgress, moves } = options
  const pause = yielding(signal)
  const chains = start.shape[0]
  const total = path.length - 1
  const logWeights = new Float64Array(chains)
  let infos: AnnealingStepInfo[] = []
  let accepted = 0
  const readBlock = async (last: number) => {
    const first = last - infos.length + 1
    const read = tf.stack(infos.flatMap(({ rate, acceptance }) => [rate, acceptance]))
    tf.dispose(infos)
    infos = []
    const values = await read.data().finally(() => read.dispose())
    let moved = 0
    for (let k = first; k <= last; k++) {
      const at = 2 * (k - first) * chains
      for (let chain = 0; chain < chains; chain++) {
        const gain = (path[k] - path[k - 1]) * values[at + chain]
        if (Number.isNaN(gain) || gain === Number.POSITIVE_INFINITY) {
          throw brokenWeight(where, gain, named(chain), k)
        }
        logWeights[chain] += gain
        moved += values[at + chains + chain] / chains
      }
    }
    accepted += moved
    const count = last - first + (last < total ? 1 : 0)
    onProgress?.({ done: last, total, acceptance: moved / count })
  }
  try {
    const kernel = annealingKernel(where, energy, base, path, moves)
    for (const { step, info } of chainLoop({ position: start }, kernel, { key, steps: total })) {
      if (info !== undefined) infos.push({ rate: tf.clone(info.rate), acceptance: tf.clone(info.acceptance) })
      if (step === total || (step > 0 && step % temperaturesARead === 0)) await readBlock(step)
      if (step < total) await pause()
    }
  } finally {
    tf.dispose(infos)
  }
  return { logWeights, acceptance: accepted / (total - 1) }
}

/** Refuses weights that are all 0. */
export function checkReached(where: string, effectiveSampleSize: number, of = ''): void {
  if (effectiveSampleSize > 0) return
  const message = `${where}: some chain${of} must reach the other end, got weight 0 for all`
  throw new ChiaroError('non-finite', message, 'base')
}

function brokenWeight(where: string, gain: number, name: string, k: number): ChiaroError {
  const message = `${where}: weights must be finite, got ${gain} for ${name} at temperature ${k}`
  return new ChiaroError('non-finite', message, 'energy')
}
