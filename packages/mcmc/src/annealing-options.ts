import { checkInteger, checkShape, conflictError, type RandomKey, rangeError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** What annealing says while it runs. */
export interface AnnealingProgress {
  /** Temperatures done. */
  readonly done: number
  readonly total: number
  /** Mean acceptance probability since the last report; NaN where no chain was moved. */
  readonly acceptance: number
}

export interface AnnealedImportanceSamplingOptions {
  /** How many weights. Default 100; with `reverse`, as many as it has rows. */
  readonly chains?: number
  /**
   * Inverse temperatures β from 0 (the base) to 1 (the energy), rising; or how many steps between them, evenly spaced.
   * More steps, less variance. Default 200 steps.
   */
  readonly temperatures?: number | readonly number[]
  /** ε of the kernel, or ε as a function of β: the base is often wider. */
  readonly stepSize: number | ((inverseTemperature: number) => number)
  /** Steps of the kernel at each temperature. Default 1. */
  readonly transitions?: number
  /** Default 'hamiltonian'. */
  readonly kernel?: 'hamiltonian' | 'metropolisLangevin'
  /** L of the Hamiltonian kernel; the Langevin kernel's is 1, whatever is given. Default 5. */
  readonly integrationSteps?: number
  /** Draws of the energy's own density [chains, …event]: anneal from these to the base. They stay the caller's. */
  readonly reverse?: tf.Tensor
  readonly key: RandomKey
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: AnnealingProgress) => void
}

/** The defaults in place, checked. */
export function checkedAnnealing(where: string, options: AnnealedImportanceSamplingOptions) {
  const {
    reverse,
    transitions = 1,
    kernel = 'hamiltonian',
    integrationSteps = 5,
    temperatures = 200,
  } = options
  if (reverse !== undefined) checkShape(where, { start: reverse }, ['chains', '…event'])
  if (reverse !== undefined && options.chains !== undefined && options.chains !== reverse.shape[0]) {
    const message = `chains are the rows of reverse, got ${options.chains} and ${reverse.shape[0]}`
    throw conflictError(where, 'chains', message)
  }
  const chains = reverse === undefined ? (options.chains ?? 100) : reverse.shape[0]
  checkInteger(where, { chains }, { least: 2 })
  checkInteger(where, { transitions }, { least: 1 })
  checkInteger(where, { integrationSteps }, { least: 1 })
  const leaps = kernel === 'hamiltonian' ? integrationSteps : 1
  return {
    ...options,
    chains,
    transitions,
    integrationSteps: leaps,
    schedule: scheduleOf(where, temperatures),
  }
}

function scheduleOf(where: string, temperatures: number | readonly number[]): readonly number[] {
  if (typeof temperatures === 'number') {
    checkInteger(where, { temperatures }, { least: 1 })
    return Array.from({ length: temperatures + 1 }, (_, k) => k / temperatures)
  }
  const rising = temperatures.every((beta, k) => k === 0 || beta > temperatures[k - 1])
  if (rising && temperatures.length > 1 && temperatures[0] === 0 && temperatures.at(-1) === 1)
    return temperatures
  throw rangeError(where, 'temperatures', 'numbers rising from 0 to 1', `[${temperatures.join(', ')}]`)
}
