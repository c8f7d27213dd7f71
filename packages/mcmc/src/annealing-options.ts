import { checkInteger, checkShape, conflictError, type RandomKey } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { scheduleOf } from './annealing-path.ts'

/** What annealing says while it runs. */
export interface AnnealingProgress {
  /** Temperatures done. */
  readonly done: number
  readonly total: number
  /** Mean acceptance probability since the last report; 1 for moves of one's own, NaN where no chain was moved. */
  readonly acceptance: number
}

/**
 * A move of one's own at a temperature, for rows without a gradient: positions [chains, …event] → the same, drawn from the
 * key. It must be in detailed balance with exp(−energy), where `energy` is that between base and target. Runs within a
 * tidy.
 */
export type AnnealingMove = (
  energy: (x: tf.Tensor) => tf.Tensor1D,
  position: tf.Tensor,
  key: RandomKey,
  inverseTemperature: number,
) => tf.Tensor

/** How chains are moved at a temperature. */
export type AnnealingKernel =
  | {
      /** Default 'hamiltonian'. */
      readonly kernel?: 'hamiltonian' | 'metropolisLangevin'
      /** ε of the kernel, or ε as a function of β: the base is often wider. */
      readonly stepSize: number | ((inverseTemperature: number) => number)
      /** L of the Hamiltonian kernel; the Langevin kernel's is 1, whatever is given. Default 5. */
      readonly integrationSteps?: number
    }
  | { readonly kernel: AnnealingMove; readonly stepSize?: undefined; readonly integrationSteps?: undefined }

/** What `annealedImportanceSampling` and `reverseAnnealing` have in common. */
export type AnnealingOptions = AnnealingKernel & {
  /**
   * Inverse temperatures β from 0 (the base) to 1 (the energy), rising; or how many steps between them, evenly spaced.
   * More steps, less variance. Default 200 steps.
   */
  readonly temperatures?: number | readonly number[]
  /** Steps of the kernel at each temperature. Default 1. */
  readonly transitions?: number
  readonly key: RandomKey
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: AnnealingProgress) => void
}

export type AnnealedImportanceSamplingOptions = AnnealingOptions & {
  /** How many weights. Default 100; with `reverse`, as many as it has rows. */
  readonly chains?: number
  /** Draws of the energy's own density [chains, …event]: anneal from these to the base. They stay the caller's. */
  readonly reverse?: tf.Tensor
}

/** The defaults in place, checked. */
export function checkedAnnealing(where: string, options: AnnealingOptions) {
  const { transitions = 1, temperatures = 200, kernel = 'hamiltonian', integrationSteps = 5 } = options
  checkInteger(where, { transitions }, { least: 1 })
  checkInteger(where, { integrationSteps }, { least: 1 })
  const { key, signal, onProgress, stepSize } = options
  return {
    key,
    signal,
    onProgress,
    moves: {
      transitions,
      stepSize,
      kernel,
      integrationSteps: kernel === 'hamiltonian' ? integrationSteps : 1,
    },
    schedule: scheduleOf(where, temperatures),
  }
}

/** How many chains anneal, by their number or by the rows they start from. */
export function checkedChains(
  where: string,
  { chains, reverse }: Pick<AnnealedImportanceSamplingOptions, 'chains' | 'reverse'>,
): number {
  if (reverse !== undefined) checkShape(where, { start: reverse }, ['chains', '…event'])
  if (reverse !== undefined && chains !== undefined && chains !== reverse.shape[0]) {
    const message = `chains are the rows of reverse, got ${chains} and ${reverse.shape[0]}`
    throw conflictError(where, 'chains', message)
  }
  const count = reverse === undefined ? (chains ?? 100) : reverse.shape[0]
  checkInteger(where, { chains: count }, { least: 2 })
  return count
}
