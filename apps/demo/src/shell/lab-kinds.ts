import type { DataKind, DataKinds, TaskModel } from '@chiaro/tasks'

/** What a run is made of. */
export interface Material {
  readonly settings: { readonly seed: number; readonly steps: number }
  readonly config: unknown
  readonly data: DataKinds[DataKind]
  /** Why a run of a file is only looked at, in a sentence: its data are not here. */
  readonly onlyLooked?: string
}

/** The types that tell one lab from another. */
export interface LabKinds {
  /** What a run is made of, its settings as the page's form has them among it. */
  readonly made: Material
  readonly model: TaskModel
  /** What the page is told of a new run. */
  readonly about: object
  /** What a user gives to a new run besides settings. */
  readonly given: unknown
  /** What a user asks of the run that is there. */
  readonly asked: unknown
  /** What is shown of it. */
  readonly shown: { readonly kind: string }
}

export type SettingsOf<L extends LabKinds> = L['made']['settings']
