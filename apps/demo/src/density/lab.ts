import { carryBackend, chosenBackend } from '../shell/chosen-backend.ts'
import { download } from '../shell/download.ts'
import { type NumberColumns, numberColumns, pairsOf } from './csv.ts'
import { createDrawing } from './drawing.ts'
import { clearFigures, inOneSentence, showFigures, showLandscape } from './figures.ts'
import { fillForm, liveOf, readForm, showValues, suggestLearningRate } from './form.ts'
import type { Landscape, LossMarks, OwnRows, Prepared, Report, Request, RunState } from './messages.ts'
import { createPainter } from './painter.ts'
import type { View } from './plots.ts'
import { noiseNames, type Settings } from './settings.ts'
import { unitOf } from './units.ts'

/** Milliseconds between two sentences for screen readers, and of rest before a slider's value counts. */
const [announceEvery, restOfSlider] = [10_000, 200]

const emptyBox = { low: [-4, -4], high: [4, 4] } as const
const nothing = new Float32Array()

/** Brings the density lab to life: the page's form on one side, the worker on the other. */
export function startDensityLab(): void {
  const get = <E extends HTMLElement>(id: string) => document.querySelector(`#${id}`) as E
  const form = get<HTMLFormElement>('settings')
  const [runButton, resetButton] = [get<HTMLButtonElement>('run'), get<HTMLButtonElement>('reset')]
  const [saveButton, openButton] = [get<HTMLButtonElement>('save'), get<HTMLButtonElement>('open')]

  let ready = false
  /** Whether the worker prepares a run, and whether that run comes from a file. */
  let [beginning, opening] = [false, false]
  let state: RunState = 'paused'
  let prepared: Prepared | undefined
  let landscape: Landscape | undefined
  let marks: LossMarks = {}
  let noiseRows: Float32Array = nothing
  let losses: { step: number; loss: number }[] = []
  let partitions: { step: number; grid: number; learned?: number }[] = []
  let changes: { step: number; label: string }[] = []
  let table: NumberColumns | undefined
  let announced = 0
  let shownSettings: Settings = readSettings().settings

  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const ask = (request: Request) => worker.postMessage(request)
  worker.onmessage = ({ data }: MessageEvent<Report>) => receive(data)
  worker.onerror = event => fail(`The page’s worker could not run: ${event.message}. Reload the page.`)

  const view = (): View => ({
    axes: prepared?.axes ?? ['x', 'y'],
    box: drawingNow() ? emptyBox : (prepared?.box ?? emptyBox),
    rows: drawingNow() ? drawing.values() : (prepared?.rows ?? nothing),
    noiseRows: drawingNow() ? nothing : noiseRows,
    landscape,
    losses,
    partitions,
    changes,
    lossUnit: unitOf(shownSettings.objective),
    ...marks,
    cross: drawing.cross(),
  })
  const painter = createPainter(
    view,
    (name, plot) => {
      if (name === 'rows') drawing.use(plot)
    },
    () => state === 'running',
  )
  const drawing = createDrawing(painter.holder('rows'), () => {
    if (prepared?.settings.source === 'drawn') prepared = undefined
    if (state === 'running') ask({ kind: 'pause' })
    painter.touch('rows')
    showButtons()
  })
  /** Points are drawn as long as no run is made of them. */
  const drawingNow = () => shownSettings.source === 'drawn' && prepared === undefined

  function readSettings() {
    if (
      form.elements.namedItem('source') &&
      (form.elements.namedItem('source') as HTMLSelectElement).options.length === 0
    ) {
      fillForm(form)
    }
    return readForm(form)
  }

  function ownRows(): OwnRows | undefined {
    if (shownSettings.source === 'drawn') return { values: drawing.values(), names: ['x', 'y'] }
    if (shownSettings.source !== 'file' || table === undefined) return undefined
    const [across, up] = ['column-x', 'column-y'].map(id => Number(get<HTMLSelectElement>(id).value))
    return { values: pairsOf(table, across, up), names: [table.names[across], table.names[up]] }
  }

  function begin() {
    const { settings, problem } = readSettings()
    fail(problem ?? '')
    if (problem !== undefined) return
    shownSettings = settings
    showOwn()
    prepared = undefined
    const rows = ownRows()
    const waits =
      settings.source === 'drawn' ? (rows?.values.length ?? 0) === 0 : settings.source === 'file' && !rows
    if (waits) {
      ask({ kind: 'pause' })
      clear(0)
      showButtons()
      return
    }
    beginning = true
    ask({ kind: 'begin', settings, rows })
  }

  function change() {
    const { settings, problem } = readSettings()
    fail(problem ?? '')
    if (problem !== undefined) return
    // Not there yet: what is being prepared has the settings of before.
    if (prepared === undefined) return beginning ? begin() : undefined
    const words = difference(shownSettings, settings)
    const step = landscape?.step ?? 0
    if (words !== '' && step > 0) changes = [...changes, { step: losses.at(-1)?.step ?? step, label: words }]
    shownSettings = settings
    ask({ kind: 'change', live: liveOf(settings) })
  }

  function clear(step: number) {
    landscape = undefined
    noiseRows = nothing
    marks = {}
    losses = []
    partitions = []
    changes = []
    get('advice').hidden = true
    clearFigures(step, shownSettings.steps)
    painter.touch('rows', 'density', 'decision', 'chains', 'loss', 'partition')
  }

  function receive(report: Report) {
    switch (report.kind) {
      case 'ready':
        ready = true
        get('backend').textContent = `Computes on ${report.backend}, in a worker of its own.`
        return begin()
      case 'prepared':
        return receivePrepared(report.prepared)
      case 'noise':
        noiseRows = report.noise.rows
        marks = report.noise.marks
        return painter.touch('rows', 'loss')
      case 'figures': {
        losses = [...losses, ...report.figures.losses]
        showFigures(report.figures, shownSettings.steps, marks.optimum)
        return painter.touch('loss')
      }
      case 'landscape':
        return receiveLandscape(report.landscape)
      case 'state':
        state = report.state
        announce(`${stateWords[state]} ${inOneSentence(landscape?.step ?? 0, landscape)}`)
        return showButtons()
      case 'saved':
        return download(report.file, report.name)
      case 'failed':
        beginning = false
        opening = false
        return fail(report.message)
    }
  }

  function receivePrepared(next: Prepared) {
    prepared = next
    beginning = false
    if (opening) {
      shownSettings = next.settings
      fillForm(form, next.settings)
      showOwn()
    }
    opening = false
    clear(next.step)
  }

  function receiveLandscape(next: Landscape) {
    landscape = next
    const { step, gridLogPartition, learnedLogPartition } = next
    partitions = [...partitions, { step, grid: gridLogPartition, learned: learnedLogPartition }]
    showLandscape(next)
    const [advice] = next.advice
    get('advice').hidden = advice === undefined || step === 0
    if (get('advice').textContent !== advice) get('advice').textContent = advice ?? ''
    painter.touch('density', 'decision', 'chains', 'partition')
    showButtons()
    if (state === 'running' && performance.now() - announced > announceEvery)
      announce(inOneSentence(step, next))
  }

  function announce(sentence: string) {
    announced = performance.now()
    get('announcement').textContent = sentence
  }

  function fail(message: string) {
    get('error').textContent = message
  }

  function showButtons() {
    const [step, drawn] = [landscape?.step ?? 0, shownSettings.source === 'drawn' && prepared === undefined]
    runButton.disabled = !ready
    resetButton.disabled = !ready || prepared === undefined
    saveButton.disabled = prepared === undefined || step === 0 || state === 'failed'
    openButton.disabled = !ready
    if (state === 'running') runButton.textContent = 'Pause'
    else if (drawn || step === 0) runButton.textContent = 'Start'
    else runButton.textContent = state === 'paused' ? 'Resume' : 'Train again'
  }

  function showOwn() {
    const { source } = shownSettings
    get('draw-help').hidden = source !== 'drawn'
    get('file-label').hidden = source !== 'file'
    get('columns').hidden = source !== 'file' || table === undefined
    drawing.enable(source === 'drawn')
  }

  async function readTable(file: File | undefined) {
    if (file === undefined) return
    try {
      table = numberColumns(await file.text())
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error))
    }
    for (const [id, chosen] of [
      ['column-x', 0],
      ['column-y', 1],
    ] as const) {
      const options = table.names.map((name, i) => new Option(name, String(i), i === chosen, i === chosen))
      get<HTMLSelectElement>(id).replaceChildren(...options)
    }
    begin()
  }

  carryBackend()
  try {
    ask({ kind: 'start', backend: chosenBackend() })
  } catch (error) {
    fail((error as Error).message)
  }
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (!ready) return
    if (state === 'running') return ask({ kind: 'pause' })
    if (prepared === undefined || state !== 'paused') begin()
    ask({ kind: 'resume' })
  })
  let resting: ReturnType<typeof setTimeout> | undefined
  form.addEventListener('input', ({ target }) => {
    showValues(form)
    const { name } = target as HTMLInputElement
    if (!['noiseWidth', 'noiseRatio', 'steps', 'learningRate'].includes(name)) return
    clearTimeout(resting)
    resting = setTimeout(change, restOfSlider)
  })
  form.addEventListener('change', ({ target }) => {
    const { name } = target as HTMLInputElement
    if (name === 'noise') change()
    if (name === 'energy') suggestLearningRate(form)
    if (['source', 'energy', 'objective', 'seed'].includes(name)) begin()
  })
  resetButton.addEventListener('click', begin)
  saveButton.addEventListener('click', () => ask({ kind: 'save' }))
  openButton.addEventListener('click', () => get('run-file').click())
  get('clear').addEventListener('click', () => drawing.clear())
  get('csv').addEventListener('change', () => readTable(get<HTMLInputElement>('csv').files?.[0]))
  for (const id of ['column-x', 'column-y']) get(id).addEventListener('change', begin)
  get('run-file').addEventListener('change', async () => {
    const input = get<HTMLInputElement>('run-file')
    const file = await input.files?.[0]?.arrayBuffer()
    input.value = ''
    fail('')
    opening = file !== undefined
    if (file) worker.postMessage({ kind: 'open', file } satisfies Request, [file])
  })
}

const stateWords: Readonly<Record<RunState, string>> = {
  running: 'Training.',
  paused: 'Paused.',
  done: 'Trained.',
  failed: 'Stopped.',
}

/** What of the noise differs, for the plot of the loss. */
function difference(before: Settings, after: Settings): string {
  if (before.noise !== after.noise) return noiseNames[after.noise]
  if (before.noiseWidth !== after.noiseWidth) return `width × ${after.noiseWidth}`
  return before.noiseRatio === after.noiseRatio ? '' : `ν = ${after.noiseRatio}`
}
