import type { RandomKey } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import { warmupCosine } from '@chiaro/train'
import type { TaskFit } from '../task.ts'
import { collapseInWords } from './collapse.ts'
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

/** Loss, optimiser, schedule and measurements of a representation; `key` is the run's, `probe` as in `WatchOptions`. */
export function fitRepresentation<Batch extends ViewBatch>(
  model: RepresentationModel,
  live: () => RepresentationTraining,
  batches: TaskFit<Batch>['batches'],
  key: RandomKey,
  probe?: () => Promise<number>,
): TaskFit<Batch> {
  const training = live()
  const { parameters, buffers, moco } = model
  const { steps, watchEvery: every = 0 } = training
  const warmupSteps = Math.min(training.warmupSteps, steps - 1)
  const watch = every > 0 ? watchProjections({ every, steps, probe }) : undefined
  return {
    parameters,
    buffers,
    loss: (views, { step }) => {
      const projections = projectViews(model, views)
      watch?.note(step, projections)
      const now = live()
      return objectiveNamed(now.objective).loss(projections, now)
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

/** What is wrong with the projections of a step, in words. */
export function warningOf(unit: string) {
  return ({ training, head }: Trained, step: number, figures: Readonly<Record<string, number>>) =>
    collapseInWords({ ...training, dimension: head.output, unit }, step, figures)
}
