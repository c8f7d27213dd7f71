import type { Lab, LabPage } from '../shell/lab-face.ts'
import { placeOf } from '../shell/plot-places.ts'
import { byId, fail, say } from '../shell/run-controls.ts'
import { createDrawing } from './drawing.ts'
import { inOneSentence, showLandscape, writeLoss } from './figures.ts'
import { drawLegends } from './legends.ts'
import type { DensityLab, Landscape } from './messages.ts'
import { createPlaneView, planePlots } from './plane-view.ts'
import { fields, noiseNames, type Settings } from './settings.ts'
import { showValues, suggestLearningRate } from './sliders.ts'
import { createTableInput } from './table-input.ts'
import type { View } from './view.ts'

const emptyBox = { low: [-4, -4], high: [4, 4] } as const
const nothing = new Float32Array()

/** What the page of the density lab says of its own. */
export function densityPage(lab: Lab<DensityLab>): LabPage<DensityLab> {
  const form = byId<HTMLFormElement>('settings')
  // Before the shell reads the form.
  form.addEventListener('change', ({ target }) => {
    if ((target as HTMLInputElement).name === 'energy') suggestLearningRate(form)
  })
  const shownNow = createPlaneView()
  let changes: View['changes'] = []

  /** Points are drawn as long as no run is made of them. */
  const drawingNow = () => lab.settings().source === 'drawn' && lab.prepared() === undefined
  const drawing = createDrawing(placeOf('rows'), () => {
    if (lab.settings().source === 'drawn') lab.leave()
    lab.touch('rows')
  })
  const table = createTableInput(() => {
    ;(form.elements.namedItem('source') as HTMLSelectElement).value = 'file'
    lab.begin()
  })

  function view(): View {
    const about = lab.prepared()?.about
    const seen = shownNow.seen()
    return {
      ...seen,
      axes: about?.axes ?? ['x', 'y'],
      box: about?.box ?? emptyBox,
      rows: drawingNow() ? drawing.values() : (about?.rows ?? nothing),
      noiseRows: drawingNow() ? nothing : seen.noiseRows,
      losses: lab.losses(),
      changes,
      objective: lab.settings().objective,
      cross: drawing.cross(),
    }
  }

  drawLegends()
  form.addEventListener('input', () => showValues(form))
  byId('clear').addEventListener('click', () => drawing.clear())

  return {
    worker: new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    fields,
    plots: {
      ...Object.fromEntries(
        Object.entries(planePlots).map(([name, plot]) => [name, (width: number) => plot(view(), width)]),
      ),
      rows(width) {
        const plot = planePlots.rows(view(), width)
        drawing.use(plot)
        return plot
      },
    },
    urgent: 'rows',
    chosen(settings) {
      showValues(form)
      const { source } = settings
      byId('draw-help').hidden = source !== 'drawn'
      table.show(source === 'file')
      drawing.enable(source === 'drawn')
    },
    given({ source }) {
      if (source === 'file') return table.rows() ?? 'Choose a CSV file, or drop one on the page.'
      if (source !== 'drawn') return {}
      const values = drawing.values()
      return values.length === 0 ? '' : { given: { values, names: ['x', 'y'] } }
    },
    startable: () => drawingNow() && drawing.values().length > 0,
    clear() {
      shownNow.clear()
      changes = []
      byId('advice').hidden = true
    },
    prepared: ({ about: { remark = '' } }) => say(remark),
    dropped({ files }) {
      const [file, another] = files
      if (file === undefined || another !== undefined) {
        return fail(`This page takes one CSV file or one run file (.zip), got ${files.length} files.`)
      }
      void table.read(file)
    },
    changed(before, after) {
      const label = difference(before, after)
      const step = lab.losses().at(-1)?.step ?? lab.prepared()?.step ?? 0
      if (label !== '' && step > 0) changes = [...changes, { step, label }]
    },
    figures: figures => writeLoss(figures, lab.settings().objective, shownNow.optimum()),
    show(shown) {
      const names = shownNow.show(shown)
      if (shown.kind === 'landscape') {
        showLandscape(shown.landscape)
        showAdvice(shown.landscape)
      }
      return names
    },
    sentence: step => inOneSentence(step, shownNow.landscape()),
  }
}

/** What there is to do about the noise. */
function showAdvice({ advice: [advice], step }: Landscape) {
  const place = byId('advice')
  place.hidden = advice === undefined || step === 0
  if (place.textContent !== advice) place.textContent = advice ?? ''
}

/** What of the noise differs, for the plot of the loss. */
function difference(before: Settings, after: Settings): string {
  if (before.noise !== after.noise) return noiseNames[after.noise]
  if (before.noiseWidth !== after.noiseWidth) return `width × ${after.noiseWidth}`
  return before.noiseRatio === after.noiseRatio ? '' : `ν = ${after.noiseRatio}`
}
