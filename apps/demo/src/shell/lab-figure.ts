import { createFrames } from './frames.ts'
import type { LabKinds, SettingsOf } from './lab-kinds.ts'
import type { LabView, RunSeen } from './lab-view.ts'
import type { LabReport, LabRequest, Losses, Prepared, RunState } from './messages.ts'
import { drawInto } from './plot-places.ts'

/** What a page tells a figure on it. */
export interface FigureOptions<Settings, Name extends string> {
  /** What differs from the lab's own. */
  readonly settings?: Partial<Settings>
  /** Where each plot is drawn. */
  readonly places: Readonly<Partial<Record<Name, HTMLElement>>>
  /** Where the run stands, whenever that has changed. */
  readonly tell: (told: { readonly state: RunState | 'starting'; readonly words: string }) => void
  /** What the lab's files lie beside. Default: the page's own address. */
  readonly address?: string
}

/** What a lab says of a figure of its runs. */
export interface LabFigure<L extends LabKinds, Name extends string> {
  readonly worker: Worker
  readonly settings: SettingsOf<L>
  readonly view: (run: RunSeen<L>) => LabView<L, Name>
  /** What is asked of each run. */
  readonly asked?: L['asked']
}

/** A lab's run in a few plots on a page of another: begins at once. */
export function startLabFigure<L extends LabKinds, Name extends string>(
  { worker, settings, view: viewOf, asked }: LabFigure<L, Name>,
  { places, tell, address = location.href }: Omit<FigureOptions<SettingsOf<L>, Name>, 'settings'>,
) {
  let prepared: Prepared<L> | undefined
  let losses: Losses = []
  let state: RunState | 'starting' = 'starting'
  const view = viewOf({ prepared: () => prepared, losses: () => losses })
  const post = (request: LabRequest<L>) => worker.postMessage(request)

  const touch = createFrames<Name>(
    name => {
      const place = places[name]
      if (place && prepared) drawInto(place, view.plots[name])
    },
    { busy: () => state === 'running' },
  )
  const names = Object.keys(places) as Name[]
  const redraw = () => touch(...names)
  const draw = (changed: readonly string[]) => touch(...names.filter(name => changed.includes(name)))

  function begin() {
    losses = []
    view.clear()
    post({ kind: 'begin', settings })
    post({ kind: 'resume', awaited: true })
  }

  function say(next: typeof state) {
    state = next
    const { step = 0, loss } = losses.at(-1) ?? {}
    tell({ state, words: view.sentence(step, loss) })
  }

  worker.onerror = ({ message }) => tell({ state: 'failed', words: `The worker could not run: ${message}` })
  worker.onmessage = ({ data: report }: MessageEvent<LabReport<L>>) => {
    switch (report.kind) {
      case 'ready':
        return begin()
      case 'prepared':
        prepared = report.prepared
        view.prepared?.(prepared)
        if (asked !== undefined) post({ kind: 'ask', asked })
        return redraw()
      case 'figures':
        losses = [...losses, ...report.figures.losses]
        return draw(['loss'])
      case 'shown':
        draw(view.show(report.shown))
        return say(state)
      case 'state':
        return say(report.state)
      case 'failed':
        state = 'failed'
        return tell({ state, words: report.message })
    }
  }
  post({ kind: 'start', backend: 'wasm', page: address })
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
