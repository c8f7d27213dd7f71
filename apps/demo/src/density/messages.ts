import type { BackendWish } from '../shell/chosen-backend.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** A rectangle of the plane. */
export interface Box {
  readonly low: readonly [number, number]
  readonly high: readonly [number, number]
}

/** Rows given by the user, and what their two columns are called. */
export interface OwnRows {
  /** x, y, x, y, … */
  readonly values: Float32Array
  readonly names: readonly [string, string]
}

/** What the page asks of the worker. */
export type Request =
  /** Before anything else. */
  | { readonly kind: 'start'; readonly backend: BackendWish }
  | { readonly kind: 'begin'; readonly settings: Settings; readonly rows?: OwnRows }
  | { readonly kind: 'resume' }
  | { readonly kind: 'pause' }
  /** From the next step on. */
  | { readonly kind: 'change'; readonly live: LiveSettings }
  | { readonly kind: 'save' }
  | { readonly kind: 'open'; readonly file: ArrayBuffer }

/** The run as it stands before its next step. */
export interface Prepared {
  readonly settings: Settings
  /** Names of the axes with their units. */
  readonly axes: readonly [string, string]
  readonly box: Box
  readonly rowCount: number
  /** Some of the rows, to show. */
  readonly rows: Float32Array
  readonly step: number
  readonly parameterCount: number
}

/** Figures of the run, some times a second. */
export interface Figures {
  readonly step: number
  /** Of the steps since the last report. */
  readonly losses: readonly { readonly step: number; readonly loss: number }[]
  readonly stepsPerSecond: number
  readonly learningRate: number
  readonly gradientNorm: number
}

/** The objective at the truth and at knowing nothing; absent where there is no such number. */
export interface LossMarks {
  readonly optimum?: number
  readonly indifferent?: number
}

/** Values at the centres of a grid's cells, row by row from the bottom. */
export interface Landscape {
  readonly step: number
  readonly points: number
  readonly box: Box
  /** log p of the model, normalised on the grid, in nats. */
  readonly logDensity: Float32Array
  /** σ(log p_model − log p_noise − log ν); absent where the objective has no classifier. */
  readonly decision?: Float32Array
  /** log Z summed on the grid, in nats. */
  readonly gridLogPartition: number
  /** In closed form, for energies that have one. */
  readonly exactLogPartition?: number
  /** As learned, where the objective learns it. */
  readonly learnedLogPartition?: number
  /** By importance sampling from the noise, with its standard error. */
  readonly sampledLogPartition?: { readonly logPartition: number; readonly standardError: number }
  /** The share of the mass in the grid's outermost cells: when large, the grid does not hold the model. */
  readonly boundaryShare: number
  /** KL(data ‖ model) in nats, where the data's density is known. */
  readonly divergence?: number
  /** Mean log-density of data rows that training does not see, in nats. */
  readonly heldOut: number
  /** How well the noise serves, in sentences; none where the objective has no noise. */
  readonly advice: readonly string[]
  /** What the model's samples are now. */
  readonly chains: Float32Array
}

/** The noise as it is now. */
export interface NoiseView {
  readonly rows: Float32Array
  readonly marks: LossMarks
}

/** A run that failed can't go on; one that is done can, with more steps. */
export type RunState = 'running' | 'paused' | 'done' | 'failed'

/** What the worker tells the page. */
export type Report =
  | { readonly kind: 'ready'; readonly backend: string }
  | { readonly kind: 'prepared'; readonly prepared: Prepared }
  | { readonly kind: 'noise'; readonly noise: NoiseView }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'landscape'; readonly landscape: Landscape }
  | { readonly kind: 'state'; readonly state: RunState }
  | { readonly kind: 'saved'; readonly file: Uint8Array; readonly name: string }
  | { readonly kind: 'failed'; readonly message: string }
