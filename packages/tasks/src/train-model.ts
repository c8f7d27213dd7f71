import { ChiaroError, type RandomKey } from '@chiaro/core'
import { type Communicator, fitOverRanks, type StepOverRanks } from '@chiaro/distributed'
import type { MutualInformationReport } from '@chiaro/objectives'
import { type Best, type Checkpoint, type Checkpoints, type FitStep, fit } from '@chiaro/train'
import { checkOverRanks } from './over-ranks.ts'
import { lossWindow, shownInformation } from './shown-information.ts'
import type { DataKind, DataKinds, Task, TaskModel } from './task.ts'

export interface TrainModelOptions<Config> {
  /** Asked at each step for what may change meanwhile. Default: the model's own config. */
  readonly live?: () => Config
  /** Stores checkpoints: the best ones, the last, and one where training is stopped. */
  readonly save?: Checkpoints['save']
  /** Whether it is called as often as the config says, besides. Default false. */
  readonly saveRegularly?: boolean
  /** Goes on from there. */
  readonly start?: Checkpoint
  /** What was logged up to there: the outcome then speaks of those steps too. */
  readonly before?: {
    readonly losses: readonly number[]
    readonly validation?: TrainingOutcome['validation']
  }
  readonly signal?: AbortSignal
  /**
   * The ranks that train together, each with its rows of every batch, to the numbers of one process. Every rank calls with
   * the same task, config, data and key; the first alone saves. Default, and where there is one: this process.
   */
  readonly ranks?: Communicator
  /** Called after each step, and awaited; `steps` is the last one's number. With several ranks it knows how long each has waited. */
  readonly onStep?: (
    step: FitStep & Partial<Pick<StepOverRanks, 'waited'>>,
    steps: number,
  ) => void | Promise<void>
}

export interface TrainingOutcome {
  /** The last step. */
  readonly steps: number
  /** Of the steps alone that were trained now: no validation, no saving, nothing before the first. */
  readonly seconds: number
  /** The mean of the last hundred steps at most, in nats: one batch says little. */
  readonly loss: number
  /** What these losses show of the mutual information between a pair's two sides, where the task's loss bounds it. */
  readonly mutualInformation?: MutualInformationReport
  /** The last validation, where the task has one. */
  readonly validation?: Readonly<Record<string, number>>
  readonly best?: Best
  /** Whether validation ended it before its last step. */
  readonly stopped?: true
}

/**
 * Trains a prepared model of any task to its last step.
 *
 * @throws what `fit` throws, the signal's reason among it; without `before` ChiaroError ('run') when `start` is at the end
 *   already; with several `ranks` what `fitOverRanks` and `checkOverRanks` throw
 */
export async function trainModel<S, Kind extends DataKind, Config, Model extends TaskModel<Config>, Batch>(
  task: Task<S, Kind, Config, Model, Batch>,
  model: Model,
  data: DataKinds[Kind],
  key: RandomKey,
  options: TrainModelOptions<Config> = {},
): Promise<TrainingOutcome> {
  const { before, live, onStep, save, saveRegularly = false, start, signal } = options
  const ranks = options.ranks === undefined || options.ranks.size === 1 ? undefined : options.ranks
  if (ranks !== undefined) checkOverRanks(task, (live ?? (() => model.config))(), ranks.size)
  const { checkpointEvery, ...training } = await task.fitOptions(model, data, key, live, ranks)
  const checkpoints = save && { save, every: saveRegularly ? checkpointEvery : undefined }
  const losses = before?.losses.slice(-lossWindow) ?? []
  let seconds = 0
  let last: FitStep | undefined
  let validation = before?.validation
  try {
    const given = { ...training, checkpoints, start, signal }
    for await (const step of ranks === undefined ? fit<Batch>(given) : fitOverRanks<Batch>(ranks, given)) {
      last = step
      seconds += step.seconds
      losses.push(step.loss)
      if (losses.length > lossWindow) losses.shift()
      validation = step.validation ?? validation
      await onStep?.(step, training.steps)
    }
  } finally {
    training.ema?.dispose()
  }
  const steps = last?.step ?? start?.step
  if (steps === undefined || losses.length === 0) {
    throw new ChiaroError('run', `${task.name}: the run is trained to its end already`, 'start')
  }
  const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length
  const mutualInformation = shownInformation(task, model.config, losses)
  return {
    steps,
    seconds,
    loss,
    ...(mutualInformation && { mutualInformation }),
    validation,
    best: last?.best ?? start?.state.best,
    ...(steps < training.steps && { stopped: true }),
  }
}
