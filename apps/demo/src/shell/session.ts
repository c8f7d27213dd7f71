import { disposeModel } from '@chiaro/core'
import type { Checkpoint } from '@chiaro/train'
import type { LabKinds, SettingsOf } from './lab-kinds.ts'
import type { LabWork, ToPage, Watch } from './lab-work.ts'
import type { LabReport, LabRequest } from './messages.ts'
import { type OpenLabRun, openLabRun } from './open-lab-run.ts'
import { pausable, pausing } from './pausable.ts'
import { createQueue } from './request-queue.ts'
import { decodeRunFile, openRunFile } from './run-file.ts'
import { saveLabRun } from './save-lab-run.ts'
import { createReports } from './session-reports.ts'
import { trainRun } from './train-run.ts'

/** One lab in the worker: takes requests one after another, and reports. */
export function createSession<L extends LabKinds>(
  lab: (to: ToPage<L>) => LabWork<L>,
  address: string,
  post: (report: LabReport<L>) => void,
): (request: LabRequest<L>) => Promise<void> {
  const { take, superseded } = createQueue<LabRequest<L>>(handle, error => fail(error))
  const work = lab({
    address,
    show: shown => post({ kind: 'shown', shown }),
    remark: words => post({ kind: 'remark', words }),
    superseded,
  })
  const { state, setState, prepared, rest, fail } = createReports(work, post)
  let run: OpenLabRun<L> | undefined
  let watch: Watch<L> | undefined
  let checkpoint: Checkpoint | undefined
  /** Whether the page waits for a new run, and then wants this one back where none can be made; whether none was. */
  let [waiting, back, missed] = [false, false, false]

  const { start, pause } = pausable(train)

  const stepNow = () => checkpoint?.step ?? 0

  async function prepare(made: L['made'], saved?: Checkpoint) {
    const [next, itsWatch] = await openLabRun(work, made, saved?.model)
    watch?.dispose?.()
    if (run !== undefined) disposeModel(run.model)
    run = next
    watch = itsWatch
    checkpoint = saved
    await present(false)
  }

  /** Tells the page of the run that is there. */
  async function present(again: boolean) {
    if (!run || !watch) return
    waiting = false
    prepared(run, watch, stepNow(), again)
    await watch.preview?.(stepNow())
    rest(run, stepNow())
    await watch.look(stepNow())
  }

  /** Makes a run; where that fails, the page has the one before back. */
  async function make(making: () => Promise<void>) {
    missed = false
    try {
      await making()
    } catch (error) {
      missed = true
      if (superseded()) return
      if (waiting && back) await present(true)
      throw error
    }
  }

  async function begin(settings: SettingsOf<L>, given: L['given'] | undefined) {
    waiting = true
    await pause()
    if (superseded()) return
    const made = await work.fresh(settings, given)
    if (!superseded()) await prepare(made)
  }

  const open = (file: File) =>
    openRunFile(file, async bytes => {
      const { run, seed } = decodeRunFile(work, bytes)
      const made = await work.opened(run, seed)
      await pause()
      await prepare(made, run.latest)
    })

  async function stop() {
    if (!waiting) return
    if (back) await present(true)
    throw new RangeError('Stopped: no new run was made.')
  }

  async function train(signal: AbortSignal) {
    if (!run || !watch) return
    setState('running')
    const { ended, error, step } = await trainRun(work, run, watch, {
      signal,
      start: checkpoint,
      save: taken => {
        checkpoint = taken
      },
      tell: figures => post({ kind: 'figures', figures }),
    })
    if (ended) return setState('done')
    if (error === pausing) return setState('paused')
    setState('failed')
    fail(error, step)
  }

  function resume(awaited = false) {
    if (state() === 'paused' && run !== undefined && !(awaited && missed)) start()
  }

  async function change(settings: SettingsOf<L>) {
    if (!run || !watch) return
    const config = await work.changed(run, settings)
    const wasRunning = state() === 'running'
    const longer = settings.steps !== run.now.settings.steps
    if (longer) await pause()
    run.now = { settings, config }
    if (longer) rest(run, stepNow())
    if (longer && wasRunning) resume()
    await watch.changed?.(stepNow(), state() === 'running')
  }

  async function save() {
    if (!run || !watch) return
    const wasRunning = state() === 'running'
    await pause()
    try {
      post({ kind: 'saved', ...(await saveLabRun(work, run, watch, checkpoint)) })
    } finally {
      if (wasRunning) resume()
    }
  }

  async function handle(request: LabRequest<L>): Promise<void> {
    switch (request.kind) {
      case 'begin':
        back = request.back ?? false
        return make(() => begin(request.settings, request.given))
      case 'open':
        return make(() => open(request.file))
      case 'stop':
        return stop()
      case 'resume':
        return resume(request.awaited)
      case 'pause':
        return pause()
      case 'change':
        return change(request.settings)
      case 'ask':
        return watch?.ask?.(request.asked)
      case 'save':
        return save()
    }
  }

  return take
}
