import { carryBackend, chosenBackend } from '../shell/chosen-backend.ts'
import { download } from '../shell/download.ts'
import { createFrames } from '../shell/frames.ts'
import { clearFigures, inOneSentence, showFigures, showLook } from './figures.ts'
import { fillForm, liveOf, readForm } from './form.ts'
import { droppedFiles, filesOf } from './given-files.ts'
import { classColours, createMap } from './map-view.ts'
import type {
  GivenFile,
  Look,
  Neighbours,
  Prepared,
  Report,
  Request,
  RunState,
  ViewStrips,
} from './messages.ts'
import { createNeighbours } from './neighbours-view.ts'
import { accuracyPlot, alignmentPlot, type Curves, type Drawn, lossPlot, uniformityPlot } from './plots.ts'
import { type PictureSheet, pictureSheet } from './sheet.ts'
import { drawStrips } from './view-strips.ts'

/** Milliseconds between two sentences for screen readers, and of rest before a typed value counts. */
const [announceEvery, restOfTyping] = [15_000, 300]

const curves: Readonly<Record<string, (curves: Curves, width: number) => Drawn | undefined>> = {
  loss: lossPlot,
  accuracy: accuracyPlot,
  alignment: alignmentPlot,
  uniformity: uniformityPlot,
}
const everything = ['views', 'map', 'neighbours', ...Object.keys(curves)]

/** Brings the SimCLR lab to life: the page's form on one side, the worker on the other. */
export function startSimclrLab(): void {
  const get = <E extends HTMLElement>(id: string) => document.querySelector(`#${id}`) as E
  const form = get<HTMLFormElement>('settings')
  const [runButton, resetButton] = [get<HTMLButtonElement>('run'), get<HTMLButtonElement>('reset')]
  const [saveButton, openButton] = [get<HTMLButtonElement>('save'), get<HTMLButtonElement>('open')]
  const folderInput = get<HTMLInputElement>('folder')
  const pictureInput = get<HTMLInputElement>('picture')
  fillForm(form)

  let ready = false
  /** Whether the run that is awaited comes from a file. */
  let opening = false
  /** Whether a run is awaited that this form asked for. */
  let preparing = false
  let state: RunState = 'paused'
  let settings = readForm(form).settings
  let files: GivenFile[] | undefined
  let prepared: Prepared | undefined
  let sheet: PictureSheet | undefined
  let strips: ViewStrips | undefined
  let looks: Look[] = []
  let losses: { step: number; loss: number }[] = []
  let neighbours: Neighbours | undefined
  let picked: number | undefined
  let announced = 0

  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const ask = (request: Request) => worker.postMessage(request)
  worker.onmessage = ({ data }: MessageEvent<Report>) => receive(data)
  worker.onerror = event => fail(`The page’s worker could not run: ${event.message}. Reload the page.`)

  const chanceLoss = () => Math.log(2 * (prepared?.settings ?? settings).batchSize - 1)
  const holder = (name: string) => document.querySelector(`[data-plot="${name}"] .plot`) as HTMLElement
  const drawMap = createMap(holder('map'), pick)
  const drawNeighbours = createNeighbours(holder('neighbours'), pick)
  const touch = createFrames(draw)

  function draw(name: string) {
    if (sheet === undefined || prepared === undefined) return
    const look = looks.at(-1)
    if (name === 'views') {
      if (strips) drawStrips(holder(name), strips, sheet, prepared.sheet.height)
    } else if (name === 'map') {
      if (look) drawMap({ look, sheet, labels: prepared.labels, picked })
    } else if (name === 'neighbours') {
      if (neighbours) drawNeighbours(neighbours, sheet, prepared.names)
    } else drawCurve(name)
  }

  function drawCurve(name: string) {
    const place = holder(name)
    const classes = prepared?.classes?.length
    const chance = classes === undefined ? undefined : 1 / classes
    const shown = { losses, chanceLoss: chanceLoss(), looks, chance }
    const drawn = curves[name](shown, Math.max(220, place.clientWidth))
    if (drawn === undefined) {
      const words = document.createElement('p')
      words.className = 'empty'
      words.textContent =
        name === 'accuracy' && prepared?.labels === undefined
          ? 'Needs classes: a folder whose pictures lie in sub-folders has them.'
          : 'Shown once training has begun.'
      return place.replaceChildren(words)
    }
    drawn.setAttribute('role', 'img')
    place.replaceChildren(drawn)
  }

  function pick(picture: number) {
    picked = picture
    ask({ kind: 'ask', picture })
    touch('map')
  }

  function begin() {
    const read = readForm(form)
    fail(read.problem ?? '')
    if (read.problem !== undefined) return
    settings = read.settings
    const wantsFolder = settings.source === 'folder'
    get('folder-place').hidden = !wantsFolder
    if (wantsFolder && files === undefined) {
      ask({ kind: 'pause' })
      return say('Choose a folder of pictures, or drop one on the page.')
    }
    prepared = undefined
    preparing = true
    showButtons()
    say(wantsFolder ? 'Reading the folder…' : '')
    ask({ kind: 'begin', settings, files: wantsFolder ? files : undefined })
  }

  function take(given: GivenFile[]) {
    if (given.length === 0) return
    files = given
    ;(form.elements.namedItem('source') as HTMLSelectElement).value = 'folder'
    begin()
  }

  function change() {
    const read = readForm(form)
    fail(read.problem ?? '')
    if (read.problem !== undefined || prepared === undefined) return
    const before = JSON.stringify(settings)
    settings = {
      ...read.settings,
      source: settings.source,
      seed: settings.seed,
      batchSize: settings.batchSize,
    }
    if (JSON.stringify(settings) !== before) ask({ kind: 'change', live: liveOf(settings) })
  }

  function receive(report: Report) {
    switch (report.kind) {
      case 'ready':
        ready = true
        get('backend').textContent = `Computes on ${report.words}, in a worker of its own.`
        return begin()
      case 'decoding':
        return say(`Reading the folder: ${report.done} of ${report.of} pictures.`)
      case 'prepared':
        return receivePrepared(report.prepared)
      case 'views':
        strips = report.views
        return touch('views')
      case 'figures':
        losses = [...losses, ...report.figures.losses]
        showFigures(report.figures, settings.steps, chanceLoss())
        showButtons()
        return touch('loss')
      case 'look':
        return receiveLook(report.look)
      case 'neighbours':
        return receiveNeighbours(report.neighbours)
      case 'state':
        state = report.state
        announce(`${stateWords[state]} ${sentence()}`)
        return showButtons()
      case 'saved':
        return download(report.file, report.name)
      case 'failed':
        opening = false
        preparing = false
        if (prepared === undefined && settings.source === 'folder') files = undefined
        say('')
        showButtons()
        return fail(report.message)
    }
  }

  function receivePrepared(next: Prepared) {
    prepared = next
    settings = next.settings
    // What was typed meanwhile stays, and counts.
    if (opening) fillForm(form, settings)
    else change()
    opening = false
    preparing = false
    get('folder-place').hidden = settings.source !== 'folder'
    sheet = pictureSheet(next.sheet)
    strips = undefined
    neighbours = undefined
    picked = undefined
    looks = []
    losses = []
    const { names, classes, remark } = next
    const ofClasses = classes === undefined ? '' : `, ${classes.length} classes that only the evaluation sees`
    say(`${names.length} pictures${ofClasses}. ${remark ?? ''}`.trim())
    pictureInput.max = String(names.length)
    showClasses(classes)
    clearFigures(next.step, settings.steps, chanceLoss())
    showButtons()
    touch(...everything)
  }

  function receiveLook(look: Look) {
    looks = [...looks.filter(({ step }) => step < look.step), look]
    showLook(look)
    touch('map', 'accuracy', 'alignment', 'uniformity')
    if (state === 'running' && performance.now() - announced > announceEvery) announce(sentence())
  }

  function receiveNeighbours(next: Neighbours) {
    const asked = neighbours !== undefined && next.picture !== neighbours.picture
    neighbours = next
    picked = next.picture
    if (document.activeElement !== pictureInput) pictureInput.value = String(next.picture + 1)
    if (asked && prepared) {
      const found = next.found.map(({ picture }) => prepared?.names[picture]).join(', ')
      announce(`Nearest to ${prepared.names[next.picture]}: ${found}.`)
    }
    touch('neighbours', 'map')
  }

  const sentence = () => {
    const last = losses.at(-1)
    return inOneSentence(last?.step ?? prepared?.step ?? 0, last?.loss, looks.at(-1))
  }

  function announce(words: string) {
    announced = performance.now()
    get('announcement').textContent = words
  }

  function fail(message: string) {
    get('error').textContent = message
  }

  /** What is there, or is being read. */
  function say(words: string) {
    get('pictures-remark').textContent = words
  }

  function showButtons() {
    const step = losses.at(-1)?.step ?? prepared?.step ?? 0
    const there = prepared !== undefined
    runButton.disabled = !ready || !there
    resetButton.disabled = !ready || preparing
    saveButton.disabled = !there || step === 0 || state === 'failed'
    openButton.disabled = !ready
    if (state === 'running') runButton.textContent = 'Pause'
    else if (step === 0) runButton.textContent = 'Start'
    else runButton.textContent = state === 'paused' ? 'Resume' : 'Train again'
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
    if (state !== 'paused') begin()
    ask({ kind: 'resume' })
  })
  let resting: ReturnType<typeof setTimeout> | undefined
  form.addEventListener('input', ({ target }) => {
    if (!['steps', 'temperature', 'learningRate'].includes((target as HTMLInputElement).name)) return
    clearTimeout(resting)
    resting = setTimeout(change, restOfTyping)
  })
  form.addEventListener('change', ({ target }) => {
    const { name, type } = target as HTMLInputElement
    if (type === 'checkbox') change()
    if (['source', 'seed', 'batchSize'].includes(name)) begin()
  })
  folderInput.addEventListener('change', () => take(filesOf(folderInput)))
  resetButton.addEventListener('click', begin)
  saveButton.addEventListener('click', () => ask({ kind: 'save' }))
  openButton.addEventListener('click', () => get('run-file').click())
  get('another').addEventListener('click', () => {
    if (prepared) pick(Math.floor(Math.random() * prepared.names.length))
  })
  pictureInput.addEventListener('change', () => {
    const picture = Number(pictureInput.value) - 1
    if (prepared && Number.isInteger(picture) && picture >= 0 && picture < prepared.names.length)
      pick(picture)
  })
  get('run-file').addEventListener('change', async () => {
    const input = get<HTMLInputElement>('run-file')
    const file = await input.files?.[0]?.arrayBuffer()
    input.value = ''
    fail('')
    opening = file !== undefined
    if (file) worker.postMessage({ kind: 'open', file } satisfies Request, [file])
  })
  document.addEventListener('dragover', event => event.preventDefault())
  document.addEventListener('drop', event => {
    event.preventDefault()
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(take, error => fail(String(error)))
  })
  let width = 0
  new ResizeObserver(() => {
    if (holder('map').clientWidth === width) return
    width = holder('map').clientWidth
    touch(...everything)
  }).observe(holder('map'))
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => touch('map'))
}

/** The colour of each class's frame on the map. */
function showClasses(classes: readonly string[] | undefined) {
  const list = document.querySelector('#classes') as HTMLElement
  const few = classes !== undefined && classes.length <= classColours.length ? classes : []
  list.replaceChildren(
    ...few.map((name, i) => {
      const item = document.createElement('li')
      const swatch = document.createElement('i')
      swatch.style.background = classColours[i]
      item.append(swatch, name)
      return item
    }),
  )
}

const stateWords: Readonly<Record<RunState, string>> = {
  running: 'Training.',
  paused: 'Paused.',
  done: 'Trained.',
  failed: 'Stopped.',
}
