import { checkInteger, type RandomKey } from '@chiaro/core'

/** What a sampler says while it runs. */
export interface ChainProgress {
  /** Steps done, warm-up included. */
  readonly step: number
  /** Steps to do, warm-up included. */
  readonly totalSteps: number
  readonly stepSize: number
  /** Mean over the chains, in nats. */
  readonly meanEnergy: number
  /** Mean acceptance probability since the last report; 1 for unadjusted Langevin. */
  readonly acceptance: number
}

/** What `langevin`, `metropolisLangevin` and `hamiltonian` have in common. */
export interface ChainOptions {
  /** Step t, counted from 1 through warm-up and steps, draws from foldIn(key, t). */
  readonly key: RandomKey
  /** Steps after the warm-up. */
  readonly steps: number
  /** Steps before them, of which nothing is kept. Default 0. */
  readonly warmup?: number
  /** Keep every thin-th step's positions as a draw. Default `steps`: only the last. */
  readonly thin?: number
  /**
   * Steps between two looks at the chains, each of which reads one small tensor. `langevin` always looks, for chains that
   * broke; Metropolis-tested chains are looked at for `onProgress` only (and at every step of a warm-up, which adapts the
   * step size). Default 10.
   */
  readonly reportEvery?: number
  /** Called every `reportEvery` steps and after the last. */
  readonly onProgress?: (progress: ChainProgress) => void
  /** Stops between two steps by throwing the signal's reason. */
  readonly signal?: AbortSignal
}

/** The defaults in place, checked. */
export function checkedChainOptions(where: string, options: ChainOptions) {
  const { steps, warmup = 0, thin = Math.max(1, steps), reportEvery = 10 } = options
  checkInteger(where, { steps }, { least: 1 })
  checkInteger(where, { warmup }, { least: 0 })
  checkInteger(where, { thin }, { least: 1 })
  checkInteger(where, { reportEvery }, { least: 1 })
  return { ...options, steps, warmup, thin, reportEvery, totalSteps: warmup + steps }
}
