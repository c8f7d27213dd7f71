import { lossWindow, type MutualInformationReport } from '@chiaro/tasks'
import type { FitStep } from '@chiaro/train'
import { appendLog, type LogEntry, trimLog } from '@chiaro/train/node'
import type { Terminal } from './terminal.ts'

/** The log of a run that is trained. */
export interface TrainingLog {
  /** What it says of the steps before. */
  readonly before: {
    readonly losses: readonly number[]
    readonly validation?: Readonly<Record<string, number>>
  }
  /** A line for a step, once; durable where a checkpoint follows. */
  append(step: FitStep, options?: { readonly durable: boolean }): Promise<void>
}

/**
 * Cuts a run's log to the steps that it goes on from, and says when lines of them are lost.
 *
 * @param shown what the losses up to a step show of the mutual information, where the loss bounds it
 */
export async function openTrainingLog(
  folder: string,
  done: number,
  terminal: Terminal,
  shown: (losses: readonly number[]) => MutualInformationReport | undefined,
): Promise<TrainingLog> {
  const logged = await trimLog(folder, done)
  const lost = done - logged.length
  if (lost > 0) terminal.note(`${folder}/log.jsonl has lost ${lost} of its ${done} lines`)
  const validations = logged.map(validationIn)
  const losses = logged.map(({ loss }) => Number(loss))
  const recent = losses.slice(-lossWindow)
  let last = done
  return {
    before: {
      losses,
      validation: validations.findLast(one => Object.keys(one).length > 0),
    },
    async append({ step, loss, learningRate, gradientNorm, metrics, validation, stopped }, options) {
      if (step <= last) return
      // Apart from the validation, whose figures stand by themselves on some lines only.
      const measured = Object.keys(metrics).length > 0 && { metrics }
      recent.push(loss)
      if (recent.length > lossWindow) recent.shift()
      const information = informationIn(shown(recent))
      const figures = { step, loss, learningRate, gradientNorm, ...information, ...measured, ...validation }
      await appendLog(folder, stopped === undefined ? figures : { ...figures, stopped }, options)
      last = step
    },
  }
}

/** What a line says of it; what to do about it is the report's to say. */
function informationIn(shown: MutualInformationReport | undefined) {
  if (shown === undefined) return {}
  const { estimate, standardError, ceiling, saturated } = shown
  return { mutualInformation: { estimate, standardError, ceiling, saturated } }
}

function validationIn({
  step,
  loss,
  learningRate,
  gradientNorm,
  mutualInformation,
  metrics,
  stopped,
  ...validation
}: LogEntry) {
  return validation as Readonly<Record<string, number>>
}
