import type { TableEncoding } from '@chiaro/data'
import type { NoiseSpec } from '@chiaro/noise'

/** The noise that `--noise` names; each is fitted to the training rows. */
export const noiseKinds = ['gaussian', 'diagonal', 'student-t', 'mixture', 'uniform'] as const
export type NoiseKind = (typeof noiseKinds)[number]

/** All that an energy-model run is told and has fitted before training, as `run.json` keeps it. */
export interface EbmConfig {
  /** How columns become numbers: standardised, and one-hot for categories. */
  readonly encoding: TableEncoding
  /** Names of the table's columns in its own order, where `encoding` has numeric ones first. */
  readonly order: readonly string[]
  /** Fitted to the encoded training rows. */
  readonly noise: NoiseSpec
  /** The network f that tilts the noise: log p(x) = log q(x) + f(x) − log Z. */
  readonly energy: { readonly widths: readonly number[] }
  readonly training: EbmTraining
  readonly source: EbmSource
}

export interface EbmTraining {
  readonly steps: number
  readonly batchSize: number
  /** ν, noise rows per data row. */
  readonly noiseRatio: number
  readonly learningRate: number
  readonly warmupSteps: number
  readonly weightDecay: number
  /** Deviation of Gaussian noise added to training rows, in deviations of the column; 0: none. */
  readonly jitter: number
  readonly validateEvery: number
  readonly checkpointEvery: number
}

export interface EbmSource {
  /** Absolute path. */
  readonly table: string
  readonly columns?: readonly string[]
  readonly categorical?: readonly string[]
  readonly impute: boolean
  /** The share of rows that only tells which checkpoint is best, and the share that nothing learns from. */
  readonly validationShare: number
  readonly heldOutShare: number
}
