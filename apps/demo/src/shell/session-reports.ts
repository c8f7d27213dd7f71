import { inWords } from './in-words.ts'
import type { LabKinds } from './lab-kinds.ts'
import type { LabRun, LabWork, Watch } from './lab-work.ts'
import type { LabReport, RunState } from './messages.ts'

/** What a lab in the worker tells its page of the run that is there, and in which state that is. */
export function createReports<L extends LabKinds>(work: LabWork<L>, post: (report: LabReport<L>) => void) {
  let state: RunState = 'paused'

  function setState(next: RunState) {
    state = next
    post({ kind: 'state', state })
  }

  return {
    state: () => state,
    setState,
    fail(error: unknown, step?: number) {
      post({ kind: 'failed', message: inWords(error, work.advice, step) })
    },
    /** A run is there; `again` where it was there before. */
    prepared({ now: { settings, config } }: LabRun<L>, { about }: Watch<L>, step: number, again: boolean) {
      if (!again) state = 'paused'
      const indifferentLoss = work.task.indifferentLoss(config)
      post({ kind: 'prepared', prepared: { settings, step, indifferentLoss, about, again } })
    },
    /** The state of a run that does not train; one that failed can't go on. */
    rest({ made, now: { settings } }: LabRun<L>, step: number) {
      const over = made.onlyLooked !== undefined || step >= settings.steps
      setState(state === 'failed' ? 'failed' : over ? 'done' : 'paused')
    },
  }
}
