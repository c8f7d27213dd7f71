import type { RunState } from './messages.ts'

export const byId = <E extends HTMLElement>(id: string) => document.querySelector(`#${id}`) as E

/** Where a lab stands, for its buttons. */
export interface Standing {
  /** Whether the worker computes. */
  readonly ready: boolean
  /** Whether a run is there, and whether one is awaited. */
  readonly there: boolean
  readonly preparing: boolean
  /** Whether that takes so long that it says how far it is. */
  readonly reading: boolean
  /** Whether a run could be begun by the run button. */
  readonly startable: boolean
  readonly state: RunState
  readonly step: number
}

/** Shows what the buttons of every lab do now. */
export function showButtons({ ready, there, preparing, reading, startable, state, step }: Standing): void {
  const [run, reset] = [byId<HTMLButtonElement>('run'), byId<HTMLButtonElement>('reset')]
  const [save, open] = [byId<HTMLButtonElement>('save'), byId<HTMLButtonElement>('open')]
  run.disabled = !ready || !(there || startable || reading)
  reset.disabled = !ready || preparing
  save.disabled = !there || step === 0 || state === 'failed'
  open.disabled = !ready
  if (reading) run.textContent = 'Stop'
  else if (state === 'running') run.textContent = 'Pause'
  else if (step === 0) run.textContent = 'Start'
  else run.textContent = state === 'paused' ? 'Resume' : 'Train again'
}

/** What is wrong, where something is. */
export function fail(message: string): void {
  byId('error').textContent = message
}

/** What is there, or being read; a page without a place for it says nothing. */
export function say(words: string): void {
  const remark = document.querySelector('#pictures-remark')
  if (remark) remark.textContent = words
}

/** Milliseconds between two sentences for screen readers that nobody asked for. */
const announceEvery = 15_000

/** Tells screen readers what goes on. */
export function createAnnouncer() {
  let announced = 0
  function announce(words: string) {
    announced = performance.now()
    byId('announcement').textContent = words
  }
  return {
    announce,
    /** Says it unless something was said not long ago. */
    nowAndThen: (words: () => string) => {
      if (performance.now() - announced > announceEvery) announce(words())
    },
  }
}

export const stateWords: Readonly<Record<RunState, string>> = {
  running: 'Training.',
  paused: 'Paused.',
  done: 'Trained.',
  failed: 'Stopped.',
}
