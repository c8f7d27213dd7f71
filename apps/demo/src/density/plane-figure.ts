import { createFrames } from '../shell/frames.ts'
import type { LabReport, LabRequest, Losses, Prepared, RunState } from '../shell/messages.ts'
import { drawInto } from '../shell/plot-places.ts'
import { inOneSentence } from './figures.ts'
import type { DensityLab } from './messages.ts'
import { createPlaneView, type PlanePlot, planePlots } from './plane-view.ts'
import { fields, type Settings } from './settings.ts'
import type { View } from './view.ts'

export type { PlanePlot } from './plane-view.ts'
export type { Settings as PlaneFigureSettings } from './settings.ts'

export interface PlaneFigureOptions {
  /** What differs from the density lab's own. */
  readonly settings: Partial<Settings>
  /** Where each plot is drawn. */
  readonly places: Readonly<Partial<Record<PlanePlot, HTMLElement>>>
  /** Where the run stands, whenever that has changed. */
  readonly tell: (told: { readonly state: RunState | 'starting'; readonly words: string }) => void
}

/** The density lab's run in a few plots on a page of another: begins at once. */
export function startPlaneFigure({ settings: told, places, tell }: PlaneFigureOptions) {
  const settings: Settings = { ...fields.defaults, ...told }
  const shown = createPlaneView()
  let prepared: Prepared<DensityLab> | undefined
  let losses: Losses = []
  let state: RunState | 'starting' = 'starting'
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const post = (request: LabRequest<DensityLab>) => worker.postMessage(request)

  const view = ({ about: { axes, box, rows } }: Prepared<DensityLab>): View => ({
    ...shown.seen(),
    ...{ axes, box, rows, losses },
    changes: [],
    objective: settings.objective,
  })
  const touch = createFrames<PlanePlot>(
    name => {
      const [place, run] = [places[name], prepared]
      if (place && run) drawInto(place, width => planePlots[name](view(run), width))
    },
    { busy: () => state === 'running' },
  )
  const names = Object.keys(places) as PlanePlot[]
  const redraw = () => touch(...names)
  const draw = (changed: readonly PlanePlot[]) => touch(...changed.filter(name => names.includes(name)))

  function begin() {
    losses = []
    shown.clear()
    post({ kind: 'begin', settings })
    post({ kind: 'resume', awaited: true })
  }

  function say(next: typeof state) {
    state = next
    tell({ state, words: inOneSentence(losses.at(-1)?.step ?? 0, shown.landscape()) })
  }

  worker.onerror = ({ message }) => tell({ state: 'failed', words: `The worker could not run: ${message}` })
  worker.onmessage = ({ data: report }: MessageEvent<LabReport<DensityLab>>) => {
    switch (report.kind) {
      case 'ready':
        return begin()
      case 'prepared':
        prepared = report.prepared
        return redraw()
      case 'figures':
        losses = [...losses, ...report.figures.losses]
        return draw(['loss'])
      case 'shown':
        draw(shown.show(report.shown))
        return say(state)
      case 'state':
        return say(report.state)
      case 'failed':
        state = 'failed'
        return tell({ state, words: report.message })
    }
  }
  post({ kind: 'start', backend: 'wasm', page: location.href })
  return {
    pause: () => post({ kind: 'pause' }),
    /** Goes on, or from the beginning after an end. */
    resume() {
      if (state === 'paused') post({ kind: 'resume' })
      else if (state === 'done' || state === 'failed') begin()
    },
    redraw,
    end: () => worker.terminate(),
  }
}
