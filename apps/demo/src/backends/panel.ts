import { type BackendWish, carryBackend, chosenBackend } from '../shell/chosen-backend.ts'
import { type Report, type Request, workNames } from './messages.ts'
import { type BackendName, backendNames, type Row } from './rows.ts'
import { showTable } from './table.ts'
import { timesPlot } from './times-plot.ts'
import { backendWords, workWords } from './words.ts'

const get = <E extends HTMLElement>(id: string) => document.querySelector(`#${id}`) as E

/** Brings the backend panel to life. */
export function startBackendPanel(): void {
  const rows = Object.fromEntries(backendNames.map(name => [name, { kind: 'idle' }])) as Record<
    BackendName,
    Row
  >
  const compareButton = get<HTMLButtonElement>('run')
  let busy = true

  function show() {
    compareButton.disabled = busy
    showTable(get('measured'), rows, busy, name => void measureAll([name]))
  }

  function put(name: BackendName, row: Row) {
    rows[name] = row
    show()
  }

  function drawPlot() {
    const holder = document.querySelector<HTMLElement>('[data-plot="times"] .plot')
    if (!holder) return
    const plot = timesPlot(rows, Math.max(240, holder.clientWidth))
    const empty = document.createElement('p')
    empty.className = 'empty'
    empty.textContent = 'Shown once a backend has been measured.'
    plot?.setAttribute('role', 'img')
    holder.replaceChildren(plot ?? empty)
  }

  async function measureOne(name: BackendName) {
    let words = backendWords[name]
    put(name, { kind: 'measuring', what: 'starting' })
    await inWorker({ backend: name, measure: true }, report => {
      if (report.kind === 'started') words = report.words
      else if (report.kind === 'measuring')
        put(name, { kind: 'measuring', what: workWords[report.work].title })
      else if (report.kind === 'measured')
        put(name, { kind: 'measured', measurement: report.measurement, words })
      else put(name, { kind: 'failed', reason: sentence(report.message) })
    })
    drawPlot()
  }

  async function measureAll(names: readonly BackendName[]) {
    busy = true
    for (const name of names) rows[name] = { kind: 'waiting' }
    show()
    for (const name of names) await measureOne(name)
    busy = false
    show()
    get('announcement').textContent = `Measured: ${names.map(name => backendWords[name]).join(', ')}.`
  }

  async function choose() {
    await inWorker({ backend: 'auto', measure: false }, report => {
      if (report.kind === 'failed') get('choice').textContent = sentence(report.message)
      if (report.kind !== 'started') return
      get('choice').textContent = `Left to itself, Chiaro computes on ${report.words} in this browser.`
      get('reasons').replaceChildren(
        ...report.considered.flatMap(({ name, reason }) => pair(backendWords[name], sentence(reason))),
      )
    })
    busy = false
    show()
  }

  get('works').replaceChildren(
    ...workNames.flatMap(name => pair(workWords[name].title, workWords[name].what)),
  )
  offerWishes()
  compareButton.addEventListener('click', () => void measureAll(backendNames))
  new ResizeObserver(drawPlot).observe(get('comparison'))
  show()
  void choose()
}

/** What the labs should compute on, put into the address and the links. */
function offerWishes() {
  const select = get<HTMLSelectElement>('wish')
  select.append(
    new Option('What works best (auto)', 'auto'),
    ...backendNames.map(name => new Option(backendWords[name], name)),
  )
  try {
    select.value = chosenBackend()
  } catch (error) {
    get('error').textContent = (error as Error).message
    select.value = 'wasm'
  }
  select.addEventListener('change', () => {
    get('error').textContent = ''
    history.replaceState(null, '', `?backend=${select.value satisfies string as BackendWish}`)
    carryBackend()
  })
  carryBackend()
}

/** Runs one worker until it has said its last. */
function inWorker(request: Request, receive: (report: Report) => void): Promise<void> {
  return new Promise(resolve => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    const end = () => {
      worker.terminate()
      resolve()
    }
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      receive(data)
      const last = request.measure ? data.kind === 'measured' : data.kind === 'started'
      if (last || data.kind === 'failed') end()
    }
    worker.onerror = event => {
      receive({ kind: 'failed', message: `its worker could not run: ${event.message}` })
      end()
    }
    worker.postMessage(request)
  })
}

const sentence = (words: string) =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`

function pair(term: string, words: string): HTMLElement[] {
  const [dt, dd] = [document.createElement('dt'), document.createElement('dd')]
  dt.textContent = term
  dd.textContent = words
  return [dt, dd]
}
