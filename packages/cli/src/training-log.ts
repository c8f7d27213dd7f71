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

/** Cuts a run's log to the steps that it goes on from, and says when lines of them are lost. */
export async function openTrainingLog(
  folder: string,
  done: number,
  terminal: Terminal,
): Promise<TrainingLog> {
  const logged = await trimLog(folder, done)
  const lost = done - logged.length
  if (lost > 0) terminal.note(`${folder}/log.jsonl has lost ${lost} of its ${done} lines`)
  const validations = logged.map(validationIn)
  let last = done
  return {
    before: {
      losses: logged.map(({ loss }) => Number(loss)),
      validation: validations.findLast(one => Object.keys(one).length > 0),
    },
    async append({ step, loss, learningRate, gradientNorm, metrics, validation, stopped }, options) {
      if (step <= last) return
      // Apart from the validation, whose figures stand by themselves on some lines only.
      const measured = Object.keys(metrics).length > 0 && { metrics }
      await appendLog(
        folder,
        { step, loss, learningRate, gradientNorm, ...measured, ...validation, ...(stopped && { stopped }) },
        options,
      )
      last = step
    },
  }
}

function validationIn({ step, loss, learningRate, gradientNorm, metrics, stopped, ...validation }: LogEntry) {
  return validation as Readonly<Record<string, number>>
}
