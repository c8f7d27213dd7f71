import { type FigureOptions, startLabFigure } from '../shell/lab-figure.ts'
import type { RunSeen } from '../shell/lab-view.ts'
import { inOneSentence } from './figures.ts'
import type { DensityLab } from './messages.ts'
import { createPlaneView, type PlanePlot, planePlots } from './plane-view.ts'
import { fields, type Settings } from './settings.ts'
import type { View } from './view.ts'

const names = Object.keys(planePlots) as PlanePlot[]

/** The density lab's run in a few plots on a page of another. */
export function start({ settings: told, ...options }: FigureOptions<Settings, PlanePlot>) {
  const settings: Settings = { ...fields.defaults, ...told }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })

  function view({ prepared, losses }: RunSeen<DensityLab>) {
    const shown = createPlaneView()
    const draw = (name: PlanePlot, width: number) => {
      const about = prepared()?.about
      if (about === undefined) return undefined
      const { axes, box, rows } = about
      const seen: View = {
        ...shown.seen(),
        ...{ axes, box, rows, losses: losses() },
        changes: [],
        objective: settings.objective,
      }
      return planePlots[name](seen, width)
    }
    return {
      plots: Object.fromEntries(names.map(name => [name, (width: number) => draw(name, width)])) as Record<
        PlanePlot,
        (width: number) => ReturnType<typeof draw>
      >,
      clear: shown.clear,
      show: shown.show,
      sentence: (step: number) => inOneSentence(step, shown.landscape()),
    }
  }
  return startLabFigure<DensityLab, PlanePlot>({ worker, settings, view }, options)
}
