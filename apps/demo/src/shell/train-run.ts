import { trainModel } from '@chiaro/tasks'
import type { Checkpoint, FitStep } from '@chiaro/train'
import { breathe } from './breathe.ts'
import type { LabKinds } from './lab-kinds.ts'
import type { LabRun, LabWork, Watch } from './lab-work.ts'
import type { Figures } from './messages.ts'
import { paced } from './pace.ts'

/** Milliseconds between two looks for messages. */
const breath = 8

export interface TrainRunOptions {
  readonly signal: AbortSignal
  readonly start?: Checkpoint
  readonly save: (checkpoint: Checkpoint) => void
  readonly tell: (figures: Figures) => void
}

/** How training ended: at its last step, or by an error or the signal's reason after a step. */
export interface TrainingEnd {
  readonly ended: boolean
  readonly error?: unknown
  readonly step?: number
}

/** Trains a run, telling its figures and showing it at the lab's pace. */
export async function trainRun<L extends LabKinds>(
  { task, pace }: LabWork<L>,
  run: LabRun<L>,
  watch: Watch<L>,
  { signal, start, save, tell }: TrainRunOptions,
): Promise<TrainingEnd> {
  let losses: { step: number; loss: number }[] = []
  let last: FitStep | undefined
  const stepNow = () => last?.step ?? start?.step ?? 0
  const figures = paced(async () => {
    if (last === undefined) return
    const { step, stepsPerSecond } = last
    tell({ step, losses, stepsPerSecond })
    losses = []
    await watch.tell?.()
  }, pace.figures)
  const look = paced(() => watch.look(stepNow()), pace.look, { share: pace.share, since: performance.now() })
  const preview = paced(async () => watch.preview?.(stepNow()), pace.preview ?? Number.POSITIVE_INFINITY)
  const rest = paced(breathe, breath)
  const { made, model, key } = run
  try {
    await trainModel(task, model, made.data, key, {
      live: () => run.now.config,
      save,
      start,
      signal,
      async onStep(step) {
        last = step
        losses.push({ step: step.step, loss: step.loss })
        await figures.whenDue()
        await preview.whenDue()
        await look.whenDue()
        await rest.whenDue()
      },
    })
    await figures.now()
    await look.now()
    return { ended: true, step: stepNow() }
  } catch (error) {
    await figures.now()
    if (error === signal.reason) await look.now()
    return { ended: false, error, step: last?.step }
  }
}
