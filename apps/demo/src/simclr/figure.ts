import { type FigureOptions, startLabFigure } from '../shell/lab-figure.ts'
import type { SimclrLab } from './messages.ts'
import { fields, type Settings } from './settings.ts'
import { createSimclrView, type SimclrPlot } from './view.ts'

/** The SimCLR lab's run in a few plots on a page of another. */
export function start({ settings, ...options }: FigureOptions<Settings, SimclrPlot>) {
  return startLabFigure<SimclrLab, SimclrPlot>(
    {
      worker: new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      settings: { ...fields.defaults, ...settings },
      view: run => createSimclrView(run, () => {}),
    },
    options,
  )
}
