import type { ColumnTable } from '@chiaro/data'
import type { PlaneConfig, PlaneModel } from '@chiaro/tasks'
import type { LabKinds } from '../shell/lab-kinds.ts'
import type { Box } from './box.ts'
import type { SourceRows } from './rows.ts'
import type { Settings } from './settings.ts'

/** Rows given by the user, and what their two columns are called. */
export interface OwnRows {
  /** x, y, x, y, … */
  readonly values: Float32Array
  readonly names: readonly [string, string]
  /** What was taken of a file, in a sentence. */
  readonly remark?: string
}

/** What the page is told of a new run. */
export interface About {
  /** Names of the axes with their units. */
  readonly axes: readonly [string, string]
  readonly box: Box
  /** Some of the rows, to show. */
  readonly rows: Float32Array
  /** What was taken of a file, in a sentence. */
  readonly remark?: string
}

/** The objective at the truth and at knowing nothing; absent where there is no such number. */
export interface LossMarks {
  readonly optimum?: number
  readonly indifferent?: number
}

/** The noise as it is now. */
export interface NoiseView {
  readonly rows: Float32Array
  readonly marks: LossMarks
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
  /** KL(data ‖ model) in nats, where the data's density is known. */
  readonly divergence?: number
  /** Mean log-density of data rows that training does not see, in nats. */
  readonly heldOut: number
  /** How well the noise serves, in sentences; none where the objective has no noise. */
  readonly advice: readonly string[]
  /** What the model's samples are now. */
  readonly chains: Float32Array
}

export interface DensityLab extends LabKinds {
  readonly made: Omit<SourceRows, 'table'> & {
    readonly settings: Settings
    readonly config: PlaneConfig
    readonly data: ColumnTable
  }
  readonly model: PlaneModel
  readonly about: About
  readonly given: OwnRows
  readonly asked: never
  readonly shown:
    | { readonly kind: 'noise'; readonly noise: NoiseView }
    | { readonly kind: 'landscape'; readonly landscape: Landscape }
}
