import { disposeModel } from '@chiaro/core'
import type { Checkpoint } from '@chiaro/train'
import { inWords } from './in-words.ts'
import type { LabKinds, SettingsOf } from './lab-kinds.ts'
import type { LabWork, ToPage, Watch } from './lab-work.ts'
import type { LabReport, LabRequest, RunState } from './messages.ts'
import { type OpenLabRun, openLabRun } from './open-lab-run.ts'
import { createQueue } from './request-queue.ts'
import { decodeRunFile, encodeRunFile } from './run-file.ts'
import { trainRun } from './train-run.ts'

/** Why training ends where it may go on. */
const pausing = new Error('paused')

/** One lab in the worker: takes requests one after another, and reports. */
export function createSession<L extends LabKinds>(
  lab: (to: ToPage<L>) => LabWork<L>,
  address: string,
  post: (report: LabReport<L>) => void,
): (request: LabRequest<L>) => Promise<void> {
  const { take, superseded } = createQueue<LabRequest<L>>(handle, fail)
  const work = lab({
    address,
    show: shown => post({ kind: 'shown', shown }),
    remark: words => post({ kind: 'remark', words }),
    superseded,
  })
  let run: OpenLabRun<L> | undefined
  let watch: Watch<L> | undefined
  let checkpoint: Checkpoint | undefined
  let controller: AbortController | undefined
  let training: Promise<void> = Promise.resolve()
  let state: RunState = 'paused'

  function setState(next: RunState) {
    state = next
    post({ kind: 'state', state })
  }

  function fail(error: unknown, step?: number) {
    post({ kind: 'failed', message: inWords(error, work.advice, step) })
  }

  async function prepare(made: L['made'], saved?: Checkpoint) {
    const [next, itsWatch] = await openLabRun(work, made, saved?.model)
    watch?.dispose?.()
    if (run !== undefined) disposeModel(run.model)
    run = next
    watch = itsWatch
    checkpoint = saved
    const { settings } = made
    const step = saved?.step ?? 0
    const indifferentLoss = work.task.indifferentLoss(made.config)
    post({ kind: 'prepared', prepared: { settings, step, indifferentLoss, about: watch.about } })
    await watch.preview?.(step)
    setState(step >= settings.steps ? 'done' : 'paused')
    await watch.look(step)
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

  async function pause() {
    controller?.abort(pausing)
    await training
  }

  function resume() {
    if (state !== 'paused' || run === undefined) return
    controller = new AbortController()
    training = train(controller.signal)
  }

  async function change(settings: SettingsOf<L>) {
    if (!run || !watch) return
    const config = await work.changed(run, settings)
    const wasRunning = state === 'running'
    const longer = settings.steps !== run.now.settings.steps
    if (longer) await pause()
    run.now = { settings, config }
    const step = checkpoint?.step ?? 0
    if (longer && state !== 'failed') setState(step >= settings.steps ? 'done' : 'paused')
    if (longer && wasRunning) resume()
    await watch.changed?.(step, state === 'running')
  }

  async function save() {
    if (!run || !watch) return
    const wasRunning = state === 'running'
    await pause()
    if (checkpoint === undefined) throw new RangeError('There is nothing to save yet: train a little first.')
    const { settings, config } = run.now
    const { name, beside, config: besides } = work.kept(run)
    const file = await encodeRunFile(work, {
      config: { ...(config as object), ...besides },
      seed: settings.seed,
      checkpoint: watch.stored?.(checkpoint) ?? checkpoint,
      beside,
    })
    post({ kind: 'saved', file, name: `chiaro-${name}-${checkpoint.step}.zip` })
    if (wasRunning) resume()
  }

  async function handle(request: LabRequest<L>): Promise<void> {
    switch (request.kind) {
      case 'begin': {
        await pause()
        if (superseded()) return
        const made = await work.fresh(request.settings, request.given)
        return superseded() ? undefined : prepare(made)
      }
      case 'open': {
        const { run, seed } = decodeRunFile(work, new Uint8Array(request.file))
        const made = await work.opened(run, seed)
        await pause()
        return prepare(made, run.latest)
      }
      case 'resume':
        return resume()
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
