import { carryBackend, chosenBackend } from '../shell/chosen-backend.ts'
import { download } from '../shell/download.ts'
import { createFrames } from '../shell/frames.ts'
import type { Drawn } from '../simclr/plots.ts'
import { type PictureSheet, pictureSheet } from '../simclr/sheet.ts'
import { clearFigures, inOneSentence, showFigures, showLook } from './figures.ts'
import { fillForm, liveOf, readForm } from './form.ts'
import type { Look, Prepared, Ranking, Report, Request, RunState } from './messages.ts'
import { groupsPlot, lossPlot, matrixPlot, recallPlot, type Shown } from './plots.ts'
import { showRanking } from './ranking-view.ts'

/** Milliseconds between two sentences for screen readers, and of rest before something typed counts. */
const [announceEvery, restOfTyping] = [15_000, 300]

const plots: Readonly<Record<string, (shown: Shown, width: number) => Drawn | undefined>> = {
  loss: lossPlot,
  recall: recallPlot,
  matrix: matrixPlot,
  groups: groupsPlot,
}
const everything = ['ranking', ...Object.keys(plots)]

/** Brings the CLIP lab to life: the page's form on one side, the worker on the other. */
export function startClipLab(): void {
  const get = <E extends HTMLElement>(id: string) => document.querySelector(`#${id}`) as E
  const form = get<HTMLFormElement>('settings')
  const [runButton, resetButton] = [get<HTMLButtonElement>('run'), get<HTMLButtonElement>('reset')]
  const [saveButton, openButton] = [get<HTMLButtonElement>('save'), get<HTMLButtonElement>('open')]
  const textInput = get<HTMLInputElement>('text')
  fillForm(form)

  let ready = false
  /** Whether a run is awaited; and whether it comes from a file. */
  let preparing = false
  let opening = false
  let state: RunState = 'paused'
  let settings = readForm(form).settings
  let prepared: Prepared | undefined
  let sheet: PictureSheet | undefined
  let addresses: (string | undefined)[] = []
  let looks: Look[] = []
  let losses: { step: number; loss: number }[] = []
  let ranking: Ranking | undefined
  let announced = 0

  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const ask = (request: Request) => worker.postMessage(request)
  worker.onmessage = ({ data }: MessageEvent<Report>) => receive(data)
  worker.onerror = event => fail(`The page’s worker could not run: ${event.message}. Reload the page.`)

  const chanceLoss = () => Math.log((prepared?.settings ?? settings).batchSize)
  const holder = (name: string) => document.querySelector(`[data-plot="${name}"] .plot`) as HTMLElement
  const touch = createFrames(draw)

  function draw(name: string) {
    if (sheet === undefined || prepared === undefined) return
    if (name === 'ranking') {
      if (ranking) showRanking(holder(name), ranking, sheet, prepared.names)
      return
    }
    const place = holder(name)
    const shown = { losses, chanceLoss: chanceLoss(), looks, names: prepared.names, pictureOf }
    const drawn = plots[name](shown, Math.max(220, place.clientWidth))
    if (drawn === undefined) {
      const words = document.createElement('p')
      words.className = 'empty'
      words.textContent = 'Shown once training has begun.'
      return place.replaceChildren(words)
    }
    drawn.setAttribute('role', 'img')
    place.replaceChildren(drawn)
  }

  /** Of a picture by itself: plots take addresses. */
  function pictureOf(emoji: number): string {
    const known = addresses[emoji]
    if (known !== undefined) return known
    const canvas = document.createElement('canvas')
    canvas.width = 32
    canvas.height = 32
    sheet?.draw(canvas.getContext('2d') as CanvasRenderingContext2D, emoji, 0, 0, 32)
    const address = canvas.toDataURL()
    addresses[emoji] = address
    return address
  }

  function begin() {
    const read = readForm(form)
    fail(read.problem ?? '')
    if (read.problem !== undefined) return
    settings = read.settings
    prepared = undefined
    preparing = true
    showButtons()
    ask({ kind: 'begin', settings })
  }

  function change() {
    const read = readForm(form)
    fail(read.problem ?? '')
    if (read.problem !== undefined || prepared === undefined) return
    const { steps, learningRate } = read.settings
    if (steps === settings.steps && learningRate === settings.learningRate) return
    settings = { ...settings, steps, learningRate }
    ask({ kind: 'change', live: liveOf(settings) })
  }

  function receive(report: Report) {
    switch (report.kind) {
      case 'ready':
        ready = true
        get('backend').textContent = `Computes on ${report.words}, in a worker of its own.`
        ask({ kind: 'ask', text: textInput.value })
        return begin()
      case 'prepared':
        return receivePrepared(report.prepared)
      case 'figures':
        losses = [...losses, ...report.figures.losses]
        showFigures(report.figures, settings.steps, chanceLoss())
        showButtons()
        return touch('loss')
      case 'look':
        looks = [...looks.filter(({ step }) => step < report.look.step), report.look]
        showLook(report.look)
        if (state === 'running' && performance.now() - announced > announceEvery) announce(sentence())
        return touch('recall', 'matrix', 'groups')
      case 'ranking':
        return receiveRanking(report.ranking)
      case 'state':
        state = report.state
        announce(`${stateWords[state]} ${sentence()}`)
        return showButtons()
      case 'saved':
        return download(report.file, report.name)
      case 'failed':
        preparing = false
        opening = false
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
    preparing = false
    opening = false
    sheet = pictureSheet(next.sheet)
    addresses = []
    ranking = undefined
    looks = []
    losses = []
    get('pictures-remark').textContent =
      `${next.names.length} emoji: ${next.seen} are trained on, drawn by Noto and Fluent; ${next.unseen} are not. All figures are of Twemoji’s drawings, never trained on.`
    clearFigures(next.step, settings.steps, chanceLoss())
    showButtons()
    touch(...everything)
  }

  function receiveRanking(next: Ranking) {
    const asked = next.text !== ranking?.text
    ranking = next
    if (asked && prepared && next.found.length > 0) {
      const found = next.found.slice(0, 3).map(({ emoji }) => prepared?.names[emoji])
      announce(`Nearest to “${next.text}”: ${found.join(', ')}.`)
    }
    touch('ranking')
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
    ask({ kind: 'start', backend: chosenBackend(), emoji: new URL('./emoji/', location.href).href })
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
  const rested = (act: () => void) => {
    let resting: ReturnType<typeof setTimeout> | undefined
    return () => {
      clearTimeout(resting)
      resting = setTimeout(act, restOfTyping)
    }
  }
  const changeSoon = rested(change)
  form.addEventListener('input', ({ target }) => {
    if (['steps', 'learningRate'].includes((target as HTMLInputElement).name)) changeSoon()
  })
  form.addEventListener('change', ({ target }) => {
    const { name } = target as HTMLInputElement
    if (['seed', 'batchSize', 'logitScale', 'learned'].includes(name)) begin()
  })
  textInput.addEventListener(
    'input',
    rested(() => ask({ kind: 'ask', text: textInput.value })),
  )
  resetButton.addEventListener('click', begin)
  saveButton.addEventListener('click', () => ask({ kind: 'save' }))
  openButton.addEventListener('click', () => get('run-file').click())
  get('run-file').addEventListener('change', async () => {
    const input = get<HTMLInputElement>('run-file')
    const file = await input.files?.[0]?.arrayBuffer()
    input.value = ''
    fail('')
    opening = file !== undefined
    if (file) worker.postMessage({ kind: 'open', file } satisfies Request, [file])
  })
  let width = 0
  new ResizeObserver(() => {
    if (holder('matrix').clientWidth === width) return
    width = holder('matrix').clientWidth
    touch(...everything)
  }).observe(holder('matrix'))
}

const stateWords: Readonly<Record<RunState, string>> = {
  running: 'Training.',
  paused: 'Paused.',
  done: 'Trained.',
  failed: 'Stopped.',
}
