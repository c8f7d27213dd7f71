import { checkInteger, checkNumber, checkOneOf, checkShape, conflictError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { scheduleOf } from './annealing-path.ts'
import { type ChainOptions, checkedChainOptions } from './chain-options.ts'
import type { TrajectoryOptions } from './hamiltonian-step.ts'

export interface ParallelTemperingOptions extends ChainOptions, TrajectoryOptions {
  /** How many chains, each with a replica at every temperature. Default 4, or as many as `start` has rows. */
  readonly chains?: number
  /** Where each chain's replicas begin, [chains, …event]; stays the caller's. Default: in draws of the base. */
  readonly start?: tf.Tensor
  /**
   * Inverse temperatures β from 0 (the base) to 1 (the energy), rising, which stay; or how many steps between them, which
   * the first half of a warm-up moves to where all neighbours swap alike. Default 8 steps.
   */
  readonly temperatures?: number | readonly number[]
  /** ε, or ε as a function of β; with a warm-up, where each temperature's adaptation starts. */
  readonly stepSize: number | ((inverseTemperature: number) => number)
  /** What moves a replica at its temperature, once a step. Default 'hamiltonian'. */
  readonly kernel?: 'hamiltonian' | 'metropolisLangevin' | 'noUTurn'
  /** At most so many doublings of a trajectory of 'noUTurn'. Default 10. */
  readonly maxDepth?: number
  /** Mean acceptance that the warm-up adapts each ε to. Default 0.8; 0.574 for 'metropolisLangevin'. */
  readonly targetAcceptance?: number
}

/** The defaults in place, checked. */
export function checkedTempering(where: string, options: ParallelTemperingOptions) {
  const { start, stepSize, temperatures = 8, kernel = 'hamiltonian' } = options
  const { integrationSteps = 10, maxDepth = 10 } = options
  const { targetAcceptance = kernel === 'metropolisLangevin' ? 0.574 : 0.8 } = options
  checkOneOf(where, { kernel }, ['hamiltonian', 'metropolisLangevin', 'noUTurn'])
  checkInteger(where, { integrationSteps }, { least: 1 })
  checkInteger(where, { maxDepth }, { least: 1, most: 30 })
  checkNumber(where, { targetAcceptance }, { above: 0, below: 1 })
  if (start !== undefined) checkShape(where, { start }, ['chains', '…event'])
  const rows = start?.shape[0]
  if (rows !== undefined && options.chains !== undefined && options.chains !== rows) {
    throw conflictError(where, 'chains', `chains are the rows of start, got ${options.chains} and ${rows}`)
  }
  const chains = rows ?? options.chains ?? 4
  checkInteger(where, { chains }, { least: 1 })
  const ladder = scheduleOf(where, temperatures)
  const stepSizes = ladder.slice(1).map(beta => {
    const epsilon = typeof stepSize === 'function' ? stepSize(beta) : stepSize
    checkNumber(where, { stepSize: epsilon }, { above: 0 })
    return epsilon
  })
  return {
    ...options,
    ...checkedChainOptions(where, options),
    kernel,
    chains,
    ladder,
    stepSizes,
    integrationSteps: kernel === 'hamiltonian' ? integrationSteps : 1,
    maxDepth,
    targetAcceptance,
    ladderMoves: typeof temperatures === 'number',
  }
}
