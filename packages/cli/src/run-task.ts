import { ChiaroError, type RandomKey } from '@chiaro/core'
import {
  type AnyTask,
  type DataKind,
  type DataKinds,
  informationInWords,
  shownInformation,
  type TaskModel,
  trainModel,
  useWeights,
} from '@chiaro/tasks'
import type { Checkpoint } from '@chiaro/train'
import {
  hasReport,
  loadCheckpoint,
  lockRun,
  readLatest,
  saveCheckpoint,
  writeReport,
} from '@chiaro/train/node'
import type { CommandContext } from './context.ts'
import { Interrupted } from './exit-code.ts'
import { untilAborted } from './interruption.ts'
import { listLeftOut, sayLeftOut, skippedIn } from './left-out.ts'
import { pasteable } from './pasteable.ts'
import { duration, type Progress, showProgress } from './progress.ts'
import { waitsInWords } from './ranks/waits.ts'
import { openTrainingLog } from './training-log.ts'

/** A run that is to be trained: its folder is there. */
export interface RunToTrain {
  readonly folder: string
  readonly task: AnyTask
  readonly model: TaskModel
  readonly data: DataKinds[DataKind]
  readonly key: RandomKey
  /** As `run.json` has it. */
  readonly seed: unknown
  /** Where it goes on from. */
  readonly start?: Checkpoint
}

/**
 * Trains a run to its last step and reports; on Ctrl-C it is kept, and how to go on is said. Of several ranks the first does
 * all but the steps: it has the folder, speaks and reports.
 */
export async function runTask(run: RunToTrain, context: CommandContext): Promise<void> {
  const { signal, ranks } = context
  try {
    await (ranks === undefined || ranks.rank === 0 ? trainAndReport(run, context) : trainBeside(run, context))
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    throw new Interrupted(`interrupted; the run is kept. To go on: chiaro resume ${pasteable(run.folder)}`)
  }
}

/** The steps alone, of a rank that is not the first. */
async function trainBeside(
  { task, model, data, key, start }: RunToTrain,
  { signal, ranks }: CommandContext,
): Promise<void> {
  if (ranks === undefined) return
  const losses = Array.from(ranks.broadcast(new Float32Array(0)))
  await trainModel(task, model, data, key, { start, before: start && { losses }, signal, ranks })
  ranks.close()
}

async function trainAndReport(run: RunToTrain, context: CommandContext): Promise<void> {
  const { folder, task, model, data, key, seed, start } = run
  const { terminal, signal, leftOut, ranks } = context
  const unlock = await lockRun(folder)
  // A step whose validation was interrupted is told when that is done.
  const told = (start?.step ?? 0) - (start?.state.unvalidated === undefined ? 0 : 1)
  const before = { done: told, began: performance.now() }
  let progress: Progress | undefined
  let validated = ''
  let warning: string | undefined
  try {
    const reported = await hasReport(folder)
    const log = await openTrainingLog(folder, before.done, terminal, losses =>
      shownInformation(task, model.config, losses),
    )
    const listed = await listLeftOut(folder, leftOut)
    ranks?.broadcast(Float32Array.from(log.before.losses))
    const waits = waitsInWords()
    const outcome = await trainModel(task, model, data, key, {
      async save(checkpoint, { best, step }) {
        // The line before the checkpoint: a process killed in between would lose it for good.
        if (step !== undefined) await log.append(step, { durable: true })
        await saveCheckpoint(folder, checkpoint, { best })
      },
      saveRegularly: true,
      start,
      before: start && log.before,
      signal,
      ranks,
      async onStep(trained, steps) {
        await log.append(trained)
        const { step, loss, validation, waited } = trained
        if (validation !== undefined) validated = `  ${figures(validation)}`
        if (warning === undefined && validation !== undefined && step < steps) {
          warning = task.warning?.(model.config, step, validation)
          if (warning !== undefined) terminal.note(`after ${step} steps ${warning}`)
        }
        progress ??= showProgress(terminal, 'training', steps, 'step', before)
        const waiting = waited === undefined ? '' : `  ${waits(waited)}`
        progress.update(step, `loss ${loss.toFixed(4)}${validated}${waiting}`)
      },
    }).finally(() => progress?.stop())
    // The others have nothing more to do.
    ranks?.close()
    const { steps, seconds, loss, mutualInformation, validation, best, stopped } = outcome
    // One that was killed between its last step and its report still gets that.
    if (start?.step === steps && reported) {
      throw new ChiaroError('run', `${task.name}: the run is trained to its end already`, 'start')
    }
    await useChosenWeights(folder, model)
    const found = task.report && (await untilAborted(signal, task.report(model, data, key)))
    const wrong = validation && task.warning?.(model.config, steps, validation)
    const indifferentLoss = task.indifferentLoss(model.config)
    const report = {
      seed,
      steps,
      ...(ranks && { ranks: ranks.size }),
      ...(best && { bestStep: best.step }),
      ...(stopped && { stopped }),
      seconds,
      loss,
      ...(indifferentLoss !== undefined && { indifferentLoss }),
      ...(mutualInformation && { mutualInformation }),
      ...(validation && { validation }),
      ...(wrong !== undefined && { warning: wrong }),
      ...found?.figures,
    }
    await writeReport(folder, report)
    terminal.result({ run: folder, ...report, ...skippedIn(leftOut) })
    for (const sentence of found?.sentences ?? []) terminal.print(sentence)
    if (wrong !== undefined) terminal.print(wrong)
    const beside =
      indifferentLoss === undefined ? '' : ` (telling nothing apart: ${indifferentLoss.toFixed(4)})`
    const chosen = best === undefined ? '' : `, the best after ${best.step}`
    const early = stopped ? ' (stopped early: the last validations were no better than the best)' : ''
    terminal.print(
      `trained ${steps} steps${early} in ${duration(seconds)}, last losses ${loss.toFixed(4)}${beside}${chosen}; saved to ${folder}`,
    )
    if (mutualInformation !== undefined) terminal.print(informationInWords(mutualInformation))
    sayLeftOut(leftOut, terminal, listed)
    for (const line of nextSteps(task, folder)) terminal.note(line)
  } finally {
    await unlock()
  }
}

/** What a report speaks of: the best weights where validation chose some, else the last, averaged where they are. */
async function useChosenWeights(folder: string, model: TaskModel): Promise<void> {
  const { best } = await readLatest(folder)
  useWeights(model, (await loadCheckpoint(folder, best === undefined ? 'latest' : 'best')).model)
}

function figures(validation: Readonly<Record<string, number>>): string {
  return Object.entries(validation)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join('  ')
}

/** What one may type next, by what the task can do. */
function nextSteps({ can }: AnyTask, folder: string): string[] {
  const run = pasteable(folder)
  return [
    ...(can.embedTexts ? [`next: chiaro search ${run} --text "…"`] : []),
    ...(can.embedImages ? [`next: chiaro search ${run} --image FILE`] : []),
    ...(can.embedRows ? [`next: chiaro search ${run} --row 2`] : []),
    ...(can.score ? [`next: chiaro score ${run} --table FILE --out scores.csv`] : []),
    `next: chiaro report ${run}`,
  ]
}
