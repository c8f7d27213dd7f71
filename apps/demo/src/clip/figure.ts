import { type FigureOptions, startLabFigure } from '../shell/lab-figure.ts'
import type { ClipLab } from './messages.ts'
import { fields, type Settings } from './settings.ts'
import { type ClipPlot, createClipView } from './view.ts'

export interface ClipFigureOptions extends FigureOptions<Settings, ClipPlot> {
  /** Whose nearest pictures are shown. */
  readonly text?: string
}

/** The CLIP lab's run in a few plots on a page of another; the emoji are fetched from beside its `address`. */
export function start({ settings, text, ...options }: ClipFigureOptions) {
  return startLabFigure<ClipLab, ClipPlot>(
    {
      worker: new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      settings: { ...fields.defaults, ...settings },
      view: createClipView,
      asked: text,
    },
    options,
  )
}
