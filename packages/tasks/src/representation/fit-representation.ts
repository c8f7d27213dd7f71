import type { RandomKey } from '@chiaro/core'
import type { Communicator } from '@chiaro/distributed'
import { foldIn } from '@chiaro/random'
import { warmupCosine } from '@chiaro/train'
import type { NotOverRanks, TaskFit } from '../task.ts'
import { collapseInWords } from './collapse.ts'
import { lossOverRanks, projectionsOfAll } from './loss-over-ranks.ts'
import { projectViews, type RepresentationModel, type ViewBatch } from './model.ts'
import type { LossSize, ObjectiveNumbers } from './objective.ts'
import { type ObjectiveName, objectiveNamed } from './objectives.ts'
import { type ChosenOptimizer, optimizerOf } from './optimizer.ts'
import { watchProjections } from './projection-watch.ts'

/** What every training of a representation is told. */
export interface RepresentationTraining extends ObjectiveNumbers, ChosenOptimizer {
  readonly objective: ObjectiveName
  readonly steps: number
  readonly batchSize: number
  readonly learningRate: number
  readonly warmupSteps: number
  readonly watchEvery?: number
  readonly checkpointEvery: number
}

/** How a representation is fitted. */
export interface FitRepresentationOptions<Batch> {
  readonly batches: TaskFit<Batch>['batches']
  /** The run's. */
  readonly key: RandomKey
  /** As in `WatchOptions`. */
  readonly probe?: () => Promise<number>
  /** Those that train together; batches are then their own. */
  readonly ranks?: Communicator
}

/** Loss, optimiser, schedule and measurements of a representation. */
export function fitRepresentation<Batch extends ViewBatch>(
  model: RepresentationModel,
  live: () => RepresentationTraining,
  { batches, key, probe, ranks }: FitRepresentationOptions<Batch>,
): TaskFit<Batch> {
  const training = live()
  const { parameters, buffers, moco } = model
  const { steps, watchEvery: every = 0 } = training
  const warmupSteps = Math.min(training.warmupSteps, steps - 1)
  const watch = every > 0 ? watchProjections({ every, steps, probe }) : undefined
  return {
    parameters,
    buffers,
    loss: (views, { step, key: ofStep }) => {
      const projections = projectViews(model, views, ofStep, ranks)
      watch?.note(step, () => (ranks === undefined ? projections : projectionsOfAll(projections, ranks)))
      const now = live()
      const objective = objectiveNamed(now.objective)
      return ranks === undefined
        ? objective.loss(projections, now)
        : lossOverRanks(objective, projections, now, ranks)
    },
    batches,
    steps,
    optimizer: optimizerOf(training),
    schedule: step => warmupCosine({ peak: live().learningRate, warmupSteps, steps })(step),
    key: foldIn(key, 2),
    afterStep: moco?.afterStep,
    validation: watch?.validation,
    checkpointEvery: training.checkpointEvery,
  }
}

interface Trained {
  readonly head: { readonly output: number }
  readonly training: RepresentationTraining & {
    readonly views: { readonly count?: number; readonly localViews?: number; readonly mix?: string }
  }
}

/** The loss of a model that cannot tell samples apart. */
export function indifferentLossOf(config: Trained): number {
  return objectiveNamed(config.training.objective).indifferent(sizeOf(config), config.training)
}

/** How many keys the right one is among, where the loss bounds the mutual information of two views. */
export function candidatesOf(config: Trained): number | undefined {
  return objectiveNamed(config.training.objective).candidates?.(sizeOf(config), config.training)
}

function sizeOf({ training: { batchSize, views }, head }: Trained): LossSize {
  const { count = 2, localViews, mix } = views
  return { views: count, locals: localViews, mixed: mix !== undefined, batchSize, dimension: head.output }
}

/** What of a representation's config is for one rank alone. */
export function aloneOf({ training: { views } }: Trained): NotOverRanks | undefined {
  if (views.mix === undefined) return undefined
  return {
    setting: 'mix',
    message: 'mix takes pictures from anywhere in a batch, which one rank alone has whole',
  }
}

/** What is wrong with the projections of a step, in words. */
export function warningOf(unit: string) {
  return ({ training, head }: Trained, step: number, figures: Readonly<Record<string, number>>) =>
    collapseInWords({ ...training, dimension: head.output, unit }, step, figures)
}
