import type { NoiseDistribution } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import { adamW, assignTensors, type Checkpoint, type FitStep, fit } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { breathe } from '../shell/breathe.ts'
import { inWords } from './in-words.ts'
import { landscapeOf } from './landscape.ts'
import type { OwnRows, Report, Request, RunState } from './messages.ts'
import { learnsLogPartition, trained } from './model.ts'
import { noiseViewOf } from './noise-view.ts'
import { objectiveOf, usesNoise } from './objective.ts'
import { batchesOf, disposeRun, moveChains, noiseOf, prepareRun, type Run } from './run.ts'
import { decodeRun, encodeRun } from './run-file.ts'
import { learningRateAt } from './schedule.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** Milliseconds between two looks for messages, two reports of figures, and at least between two landscapes. */
const [breath, figuresEvery, landscapeEvery] = [8, 150, 350]
/** Landscapes take a quarter of the time at most. */
const landscapeShare = 4

const pausing = new Error('paused')

/** One lab in the worker: takes requests one after another, and reports. */
export function createSession(post: (report: Report) => void): (request: Request) => Promise<void> {
  let run: Run | undefined
  let live: LiveSettings | undefined
  let noise: NoiseDistribution | undefined
  let checkpoint: Checkpoint | undefined
  let controller: AbortController | undefined
  let training: Promise<void> = Promise.resolve()
  let state: RunState = 'paused'
  let shownLogPartition = 0

  const setState = (next: RunState) => {
    state = next
    post({ kind: 'state', state: next })
  }

  async function begin(settings: Settings, own?: OwnRows, from?: Checkpoint) {
    await pause()
    const next = await prepareRun(settings, own)
    const nextNoise = await noiseOf(next, settings)
    if (run !== undefined) disposeRun(run)
    run = next
    live = settings
    noise = nextNoise
    checkpoint = from
    if (from !== undefined) assign(next, from)
    const { axes, box, heldOut } = next.rows
    post({
      kind: 'prepared',
      prepared: {
        settings,
        axes,
        box,
        rowCount: next.tensors.training.shape[0],
        rows: heldOut.slice(0, 1000),
        step: from?.step ?? 0,
        parameterCount: Object.values(next.model.parameters).reduce((sum, { size }) => sum + size, 0),
      },
    })
    await showNoise()
    await showLandscape(from?.step ?? 0)
    setState(from !== undefined && from.step >= settings.steps ? 'done' : 'paused')
  }

  async function showNoise() {
    if (!run || !live || !noise) return
    const { settings, scale, rows, key } = run
    const options = {
      objective: settings.objective,
      noiseRatio: live.noiseRatio,
      scale,
      truth: rows.density,
      key: foldIn(key, 6),
    }
    post({ kind: 'noise', noise: await noiseViewOf(noise, options) })
  }

  async function showLandscape(step: number) {
    if (!run || !live || !noise) return
    const chains = await moveChains(run, step)
    const landscape = await landscapeOf(run.model, {
      step,
      box: run.rows.box,
      noise,
      noiseRatio: live.noiseRatio,
      hasClassifier: usesNoise(run.settings.objective),
      learnsLogPartition: learnsLogPartition(run.settings.objective),
      truth: run.rows.density,
      heldOut: run.tensors.heldOut,
      chains,
      key: foldIn(run.key, 7),
    })
    shownLogPartition = landscape.gridLogPartition
    post({ kind: 'landscape', landscape })
  }

  async function train(signal: AbortSignal) {
    if (!run || !live) return
    const { model, settings, scale, key } = run
    const current = run
    const losses: { step: number; loss: number }[] = []
    let last: FitStep | undefined
    let [breathed, told, shown, pictureTime] = [performance.now(), 0, 0, 0]
    const tell = () => {
      if (last === undefined) return
      const { step, stepsPerSecond, learningRate, gradientNorm } = last
      const figures = { step, losses: losses.splice(0), stepsPerSecond, learningRate, gradientNorm }
      post({ kind: 'figures', figures })
      told = performance.now()
    }
    const show = async () => {
      const began = performance.now()
      await showLandscape(last?.step ?? checkpoint?.step ?? 0)
      shown = performance.now()
      pictureTime = shown - began
    }
    setState('running')
    try {
      const steps = fit<tf.Tensor2D>({
        parameters: trained(model, settings.objective),
        loss: (x, context) =>
          objectiveOf(settings.objective, model, x, {
            noise: noise as NoiseDistribution,
            noiseRatio: (live as LiveSettings).noiseRatio,
            scale,
            key: context.key,
          }),
        batches: firstStep => batchesOf(current, firstStep),
        steps: live.steps,
        optimizer: adamW({ beta2: 0.99, weightDecay: 0 }),
        schedule: step => learningRateAt(step, live as LiveSettings),
        key: foldIn(key, 8),
        clipNorm: 100,
        checkpoints: {
          save: taken => {
            checkpoint = taken
          },
        },
        signal,
        start: checkpoint,
      })
      for await (const step of steps) {
        last = step
        losses.push({ step: step.step, loss: step.loss })
        const now = performance.now()
        if (now - told > figuresEvery) tell()
        if (now - shown > Math.max(landscapeEvery, landscapeShare * pictureTime)) await show()
        if (now - breathed > breath) {
          await breathe()
          breathed = performance.now()
        }
      }
      tell()
      await show()
      setState('done')
    } catch (error) {
      tell()
      if (error === pausing) {
        await show()
        setState('paused')
        return
      }
      setState('failed')
      post({ kind: 'failed', message: inWords(error, last?.step) })
    }
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

  async function change(next: LiveSettings) {
    if (!run || !live) return
    const fitted = await noiseOf(run, next)
    const longer = next.steps !== live.steps
    const wasRunning = state === 'running'
    if (longer) await pause()
    live = next
    noise = fitted
    await showNoise()
    if (longer && (checkpoint?.step ?? 0) < next.steps && state === 'done') setState('paused')
    if (longer && wasRunning) resume()
    if (state !== 'running') await showLandscape(checkpoint?.step ?? 0)
  }

  async function save() {
    if (!run || !live) return
    const wasRunning = state === 'running'
    await pause()
    const settings = { ...run.settings, ...live }
    if (checkpoint === undefined) throw new RangeError('There is nothing to save yet: train a little first.')
    const { own, rows, spec } = run
    const file = await encodeRun({ settings, own, rows, spec, checkpoint, logPartition: shownLogPartition })
    post({ kind: 'saved', file, name: `chiaro-${settings.source}-${checkpoint.step}.zip` })
    if (wasRunning) resume()
  }

  async function open(file: ArrayBuffer) {
    const { settings, own, checkpoint: saved } = decodeRun(new Uint8Array(file))
    await begin(settings, own, saved)
  }

  function handle(request: Request): Promise<void> | void {
    switch (request.kind) {
      case 'start':
        return
      case 'begin':
        return begin(request.settings, request.rows)
      case 'resume':
        return resume()
      case 'pause':
        return pause()
      case 'change':
        return change(request.live)
      case 'save':
        return save()
      case 'open':
        return open(request.file)
    }
  }

  let queue: Promise<void> = Promise.resolve()
  return request => {
    queue = queue
      .then(() => handle(request))
      .catch(error => post({ kind: 'failed', message: inWords(error) }))
    return queue
  }
}

/** Puts a checkpoint's values into the model, for the pictures; training restores the rest itself. */
function assign({ model, settings }: Run, { model: tensors }: Checkpoint) {
  assignTensors('the run file', trained(model, settings.objective), tensors)
}
