import { foldIn, key as keyOf } from '@chiaro/random'
import { adamW, assignTensors, type Checkpoint, type FitStep, fit, warmupCosine } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { breathe } from '../shell/breathe.ts'
import { inWords } from '../shell/in-words.ts'
import { createQueue } from '../shell/request-queue.ts'
import { configOf, type RunConfig, withLive } from './config.ts'
import { decodeFolder, type Folder } from './decode-folder.ts'
import {
  type Embeddings,
  embedAll,
  lookOf,
  neighboursOf,
  pixelAccuracy,
  type Roles,
  rolesOf,
} from './look.ts'
import type { Accuracy, GivenFile, Report, Request, RunState } from './messages.ts'
import { type PictureShape, type Pictures, side, toRgba, toSheet } from './pictures.ts'
import { disposeRun, lossOf, orderFrom, prepareRun, type Run, type TwoViews, viewsAt } from './run.ts'
import { decodeRun, encodeRun } from './run-file.ts'
import type { LiveSettings, Settings } from './settings.ts'
import { shapePictures } from './shapes.ts'

/** Milliseconds between two looks for messages, two reports of figures, and at least between two looks and views. */
const [breath, figuresEvery, lookEvery, viewsEvery] = [30, 250, 4000, 1500]
/** Looks take a sixth of the time at most. */
const lookShare = 5

/** How many pictures the page draws, and of how many the views are shown. */
const [drawnPictures, strip] = [1600, 8]

/** Pixels along a side of pictures that a file may ask for. */
const mostSide = 64

const pausing = new Error('paused')

/** One lab in the worker: takes requests one after another, and reports. */
export function createSession(post: (report: Report) => void): (request: Request) => Promise<void> {
  let run: Run | undefined
  let live: LiveSettings | undefined
  let roles: Roles | undefined
  let pixels: Accuracy | undefined
  let embeddings: Embeddings | undefined
  let places: Float32Array | undefined
  let picture = 0
  let folder: Folder | undefined
  let checkpoint: Checkpoint | undefined
  let controller: AbortController | undefined
  let training: Promise<void> = Promise.resolve()
  let state: RunState = 'paused'
  const { take, superseded } = createQueue<Request>(handle, error =>
    post({ kind: 'failed', message: inWords(error) }),
  )

  const setState = (next: RunState) => {
    state = next
    post({ kind: 'state', state: next })
  }

  async function picturesOf({ source, seed }: Settings, shape: PictureShape, files?: readonly GivenFile[]) {
    if (source === 'shapes') return { pictures: shapePictures(keyOf(seed), drawnPictures, shape) }
    if (files === undefined && folder !== undefined && sameShape(folder.pictures, shape)) return folder
    if (files === undefined) throw new RangeError('Choose a folder of pictures, or drop one on the page.')
    const onProgress = (done: number, of: number) => post({ kind: 'decoding', done, of })
    return decodeFolder(files, { shape, onProgress })
  }

  async function begin(settings: Settings, files?: readonly GivenFile[]) {
    await pause()
    if (superseded()) return
    const shape = [side, side, 3] as const
    const found: Folder = await picturesOf(settings, shape, files)
    await prepare(settings, configOf(settings, shape), found)
  }

  async function prepare(settings: Settings, config: RunConfig, found: Folder, from?: Checkpoint) {
    const { pictures, remark } = found
    const next = prepareRun(settings, config, pictures)
    if (from !== undefined) {
      try {
        assignTensors('model', { ...next.model.parameters, ...next.model.buffers }, from.model)
      } catch (error) {
        disposeRun(next)
        throw error
      }
    }
    if (run !== undefined) disposeRun(run)
    run = next
    live = settings
    if (settings.source === 'folder') folder = found
    checkpoint = from
    roles = rolesOf(run)
    embeddings = undefined
    pixels = undefined
    places = undefined
    picture = roles.mapped[0]
    const { names, labels, classes } = pictures
    const parameterCount = Object.values(run.model.parameters).reduce((sum, { size }) => sum + size, 0)
    const sheet = toSheet(pictures)
    const step = from?.step ?? 0
    const prepared = { settings, step, parameterCount, sheet, names, labels, classes, remark }
    post({ kind: 'prepared', prepared })
    await showNextViews(step + 1)
    setState(step >= settings.steps ? 'done' : 'paused')
    await look(step)
  }

  /** Both views as the next step would draw them. */
  async function showNextViews(step: number) {
    if (!run || !live) return
    const [indices] = orderFrom(run, step)
    const views = viewsAt(run, live, step, indices)
    await showViews(step, indices, views)
    views.first.dispose()
    views.second.dispose()
  }

  async function showViews(step: number, indices: Int32Array, { first, second }: TwoViews) {
    const [, height, width, channels] = first.shape
    const count = Math.min(strip, indices.length)
    const [a, b] = await Promise.all([first.data<'float32'>(), second.data<'float32'>()])
    const some = (values: Float32Array) =>
      toRgba(values.subarray(0, count * height * width * channels), channels, 255)
    const views = { step, pictures: indices.slice(0, count), first: some(a), second: some(b) }
    post({ kind: 'views', views })
  }

  async function look(step: number) {
    if (!run || !live || !roles) return
    const found = await embedAll(run, step, superseded)
    if (found === undefined) return
    embeddings = found
    pixels ??= await pixelAccuracy(run, roles)
    const seen = await lookOf(run, embeddings, { live, roles, pixels, before: places })
    places = seen.places
    post({ kind: 'look', look: seen })
    await showNeighbours()
  }

  async function showNeighbours() {
    if (!run || !embeddings) return
    post({ kind: 'neighbours', neighbours: await neighboursOf(embeddings, run.pictures.names, picture) })
  }

  async function train(signal: AbortSignal) {
    if (!run || !live) return
    const [current, begun] = [run, live]
    const { model, key, config } = run
    const training = withLive(config, begun).training
    const losses: { step: number; loss: number }[] = []
    let last: FitStep | undefined
    let [breathed, told, viewed, shown] = [0, 0, 0, performance.now()]
    let lookTime = 0
    const tell = () => {
      if (last === undefined) return
      const { step, stepsPerSecond, learningRate, gradientNorm } = last
      const figures = { step, losses: losses.splice(0), stepsPerSecond, learningRate, gradientNorm }
      post({ kind: 'figures', figures })
      told = performance.now()
    }
    const show = async () => {
      const began = performance.now()
      await look(last?.step ?? checkpoint?.step ?? 0)
      shown = performance.now()
      lookTime = shown - began
    }
    async function* batchesFrom(firstStep: number): AsyncGenerator<TwoViews> {
      let step = firstStep
      for (const indices of orderFrom(current, firstStep)) {
        const views = viewsAt(current, live ?? begun, step, indices)
        if (performance.now() - viewed > viewsEvery) {
          await showViews(step, indices, views)
          viewed = performance.now()
        }
        step++
        yield views
      }
    }
    setState('running')
    try {
      const steps = fit<TwoViews>({
        parameters: model.parameters,
        buffers: model.buffers,
        loss: views => lossOf(model, views, (live ?? begun).temperature) as tf.Scalar,
        batches: batchesFrom,
        steps: training.steps,
        optimizer: adamW({ weightDecay: training.weightDecay }),
        schedule: step =>
          scheduleOf(training.steps, (live ?? begun).learningRate, training.warmupSteps)(step),
        key: foldIn(key, 2),
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
        if (now - shown > Math.max(lookEvery, lookShare * lookTime)) await show()
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
    const wasRunning = state === 'running'
    const longer = next.steps !== live.steps
    if (longer) await pause()
    live = next
    if (longer && (checkpoint?.step ?? 0) < next.steps && state === 'done') setState('paused')
    if (longer && wasRunning) resume()
    if (!wasRunning) await showNextViews((checkpoint?.step ?? 0) + 1)
  }

  /** Embeddings of while it trains are some seconds old: the answer says of which step they are. */
  async function ask(asked: number) {
    if (!run || !(asked >= 0 && asked < run.pictures.shape[0])) return
    picture = asked
    await showNeighbours()
  }

  async function save() {
    if (!run || !live) return
    const wasRunning = state === 'running'
    await pause()
    if (checkpoint === undefined) throw new RangeError('There is nothing to save yet: train a little first.')
    const settings = { ...run.settings, ...live }
    const { pictures } = run
    const file = await encodeRun({ settings, config: withLive(run.config, live), checkpoint, pictures })
    post({ kind: 'saved', file, name: `chiaro-simclr-${checkpoint.step}.zip` })
    if (wasRunning) resume()
  }

  async function open(file: ArrayBuffer) {
    const { settings, config, checkpoint: saved, pictures } = decodeRun(new Uint8Array(file))
    const [height, width] = config.shape
    if (Math.max(height, width) > mostSide) {
      const problem = `it was trained on pictures of ${height} × ${width}, and this page shows ${mostSide} × ${mostSide} at most`
      throw new RangeError(`This file can’t be opened: ${problem}.`)
    }
    await pause()
    if (pictures !== undefined) return prepare(settings, config, { pictures }, saved)
    const remark = 'The file has no pictures in it: the encoder looks at the page’s own.'
    const own = await picturesOf(settings, config.shape)
    await prepare(settings, config, { ...own, remark }, saved)
  }

  function handle(request: Request): Promise<void> | void {
    switch (request.kind) {
      case 'start':
        return
      case 'begin':
        return begin(request.settings, request.files)
      case 'resume':
        return resume()
      case 'pause':
        return pause()
      case 'change':
        return change(request.live)
      case 'ask':
        return ask(request.picture)
      case 'save':
        return save()
      case 'open':
        return open(request.file)
    }
  }

  return take
}

const scheduleOf = (steps: number, peak: number, warmupSteps: number) =>
  warmupCosine({ peak, warmupSteps: Math.min(warmupSteps, steps - 1), steps })

const sameShape = ({ shape }: Pictures, wanted: PictureShape) => String(shape.slice(1)) === String(wanted)
