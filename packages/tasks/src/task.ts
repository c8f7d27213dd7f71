import type { Buffers, Parameters, RandomKey, View } from '@chiaro/core'
import type { ColumnTable } from '@chiaro/data'
import type { Communicator } from '@chiaro/distributed'
import type { FitOptions } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import type { Backbone } from './clip/backbone.ts'
import type { Pairs } from './clip/pairs.ts'
import type { PretrainedClip } from './clip/pretrained.ts'
import type { Features } from './pictures/picture-blocks.ts'
import type { PictureShape, Pictures } from './pictures/pictures.ts'
import type { LabelledTable } from './rows/labelled-table.ts'
import type { SettingsSchema } from './settings/read-settings.ts'
import type { Texts } from './texts/texts.ts'

/** What tasks learn from. A folder, a list of files and an array serve alike. */
export interface DataKinds {
  readonly pictures: Pictures
  readonly pairs: {
    readonly training: Pairs
    readonly validation?: Pairs
    /** What towers begin with, where they are those of a checkpoint. */
    readonly pretrained?: PretrainedClip
    /** What an image tower stands on, where it is one. */
    readonly backbone?: Backbone
  }
  readonly table: LabelledTable
  readonly texts: Texts
}

export type DataKind = keyof DataKinds

/** What was loaded for a model from outside of its run. */
export interface Foreign {
  readonly backbone?: Backbone
}

/** What is to be loaded, and where it was when the run was made. */
export interface Needs {
  readonly backbone?: Pick<Backbone, 'digest' | 'file'>
}

/** What every model of a task has. */
export interface TaskModel<Config = unknown> {
  readonly config: Config
  /** What is trained, and what else a checkpoint holds, by name. */
  readonly parameters: Parameters
  readonly buffers: Buffers
}

/** What `fit` needs of a task; faces add where checkpoints go, the signal, and where to begin. */
export interface TaskFit<Batch> extends Omit<FitOptions<Batch>, 'checkpoints' | 'signal' | 'start'> {
  /** Steps between checkpoints, for faces that keep them. */
  readonly checkpointEvery: number
}

/** Why a config can't be trained over so many ranks. */
export interface NotOverRanks {
  /** The setting that stands in the way. */
  readonly setting: string
  /** A sentence that names it. */
  readonly message: string
}

/** What came of a task, as numbers and in words. */
export interface TaskReport {
  readonly figures: Readonly<Record<string, unknown>>
  readonly sentences: readonly string[]
}

/**
 * All that one kind of training is: its hyperparameters, config, model, loss, order of keys, optimiser, and what can be
 * done with what it has learned. Commands, pages and programs call it, and say nothing of this themselves. Pure: the
 * same config, data and key give the same bits on the same backend.
 *
 * Keys: `prepare` takes foldIn(key, 0), batches foldIn(key, 1), the steps of `fit` foldIn(key, 2); a task has the rest.
 */
export interface Task<Settings, Kind extends DataKind, Config, Model extends TaskModel<Config>, Batch> {
  /** As `run.json` and the command name it. */
  readonly name: string
  /** Names that it has in older `run.json` files. */
  readonly formerly?: readonly string[]
  /** What it makes of what, in a few words. */
  readonly summary: string
  /** What it learns from. */
  readonly takes: Kind
  /** Every hyperparameter with its type, range, default and meaning. */
  readonly settings: SettingsSchema
  /**
   * The config of a run: settings, with what depends on the data put in.
   *
   * @param signal ends what takes long
   * @throws ChiaroError that names the setting which does not fit the data or another one; the signal's reason
   */
  configure(
    settings: Settings,
    data: DataKinds[Kind],
    key: RandomKey,
    signal?: AbortSignal,
  ): Config | Promise<Config>
  /** A config that was kept as JSON. @throws ChiaroError that names the field */
  parse(config: unknown): Config
  /** A fresh model drawn from the run's key; what is learned of `data` before training goes into its buffers. */
  prepare(config: Config, key: RandomKey, data?: DataKinds[Kind], foreign?: Foreign): Model
  /** What a model of this config is made of that its run does not keep; who opens the run gives it to `prepare`. */
  needs?(config: Config): Needs
  /**
   * Loss, batches, keys, optimiser and schedule. `live` is asked at each step for what may change meanwhile.
   *
   * @param ranks where several train together: `loss` is then this rank's share, of its own rows of each batch (`shareOf`)
   */
  fitOptions(
    model: Model,
    data: DataKinds[Kind],
    key: RandomKey,
    live?: () => Config,
    ranks?: Communicator,
  ): TaskFit<Batch> | Promise<TaskFit<Batch>>
  /**
   * Asked before a run over several ranks, that many: what of the config they can't train together, if anything. A task
   * without it is trained on one rank alone, whatever its config.
   */
  overRanks?(config: Config, ranks: number): NotOverRanks | undefined
  /** The shape that pictures must have, of a task that looks at some. */
  imageShape?(config: Config): PictureShape
  /** The loss of a model that tells nothing apart, in nats, where there is such a number. */
  indifferentLoss(config: Config): number | undefined
  /** How many keys a row's right one is among, of a contrastive loss that bounds the mutual information of its sides. */
  candidates?(config: Config): number | undefined
  /** What a trained model is worth on data that nothing learned from. */
  report?(model: Model, data: DataKinds[Kind], key: RandomKey): Promise<TaskReport>
  /** What a reader should know of what a step's validation found, where something is wrong. */
  warning?(config: Config, step: number, validation: Readonly<Record<string, number>>): string | undefined
  /** What is trained on, in a sentence's first half: "120 pairs, 40 pictures". */
  describe(model: Model, data: DataKinds[Kind], key: RandomKey): string
  /** What a reader should know of the data before training. */
  remarks?(model: Model, data: DataKinds[Kind], key: RandomKey): readonly string[]
  /** What can be done with a trained model. A face that asks for what is not here says which tasks have it. */
  readonly can: Abilities<Model>
}

/**
 * A task whose own types are not known, for who serves all of them: what one of its functions returned fits the others
 * of the same task.
 */
export type AnyTask = Task<Readonly<Record<string, unknown>>, DataKind, unknown, TaskModel, unknown>

/** A task among others. The one place where its own types are let go. */
export function asAnyTask<S, K extends DataKind, C, M extends TaskModel<C>, B>(
  task: Task<S, K, C, M, B>,
): AnyTask {
  return task as unknown as AnyTask
}

/** What models of some tasks can do. */
export interface Abilities<Model> {
  /** Rows for pictures [n, height, width, channels] in 0…1, of `imageShape`. */
  readonly embedImages?: (model: Model, images: tf.Tensor4D) => tf.Tensor2D
  /** Rows for texts, in the same space. */
  readonly embedTexts?: (model: Model, texts: readonly string[], signal?: AbortSignal) => Promise<tf.Tensor2D>
  /** Rows for the rows of a table. */
  readonly embedRows?: (model: Model, table: ColumnTable) => Promise<Features>
  /** The same rows as numbers, before the encoder: what it has to beat. */
  readonly encodeRows?: (model: Model, table: ColumnTable) => Features
  /** How the pictures are seen in training: for the alignment of two views. */
  readonly view?: (model: Model) => View
  /** Log-densities of a table's rows. */
  readonly score?: (model: Model, table: ColumnTable, key: RandomKey) => Promise<Scores>
  /** New rows. */
  readonly sample?: (model: Model, count: number, options: SampleOptions) => Promise<Samples>
  /** How a table must be read for the model. */
  readonly columns?: (model: Model) => ColumnKinds
}

export interface ColumnKinds {
  readonly columns: readonly string[]
  readonly numeric: readonly string[]
  readonly categorical: readonly string[]
  /** What a missing cell is. */
  readonly missing: 'keep' | 'error'
}

export interface Scores {
  /** [rows] in nats, in the table's own units; −∞ where the density is 0. */
  readonly logDensities: Float32Array
  readonly logPartition: { readonly logPartition: number; readonly standardError: number }
  /** Why that log Z cannot be believed: log-densities compare with each other, and with nothing else. */
  readonly doubt?: string
  /** How many missing cells were given their column's median or mode. */
  readonly imputed: number
}

export interface SampleOptions {
  readonly key: RandomKey
  /** Langevin steps after resampling, and as many before them that adapt the step size. Default 100. */
  readonly steps?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (step: number, totalSteps: number) => void
}

export interface Samples {
  /** In the units and the column order of the table that was learned. */
  readonly table: ColumnTable
  /** How many candidates of equal weight the rows come from. */
  readonly effectiveCandidates: number
  /** The share of Langevin proposals that were taken. */
  readonly acceptance: number
}
