import { foldIn } from '@chiaro/random'
import { adamW, assignTensors, type Checkpoint, type FitStep, fit, warmupCosine } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { breathe } from '../shell/breathe.ts'
import { inWords } from '../shell/in-words.ts'
import { createQueue } from '../shell/request-queue.ts'
import { toSheet } from '../simclr/pictures.ts'
import { type Atlas, loadAtlas, newDrawings } from './atlas.ts'
import { configOf, type RunConfig, withLive } from './config.ts'
import { embedNew, lookOf, rankingOf } from './look.ts'
import type { Report, Request, RunState } from './messages.ts'
import { type Batch, batchesFrom, disposeRun, lossOf, prepareRun, type Run } from './run.ts'
import { decodeRun, encodeRun } from './run-file.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** Milliseconds between two looks for messages, two reports of figures, and at least between two looks. */
const [breath, figuresEvery, lookEvery] = [30, 250, 4000]
/** Looks take a sixth of the time at most. */
const lookShare = 5

const pausing = new Error('paused')

/** One lab in the worker: takes requests one after another, and reports. */
export function createSession(
  post: (report: Report) => void,
  emoji: string,
): (request: Request) => Promise<void> {
  let atlas: Atlas | undefined
  let run: Run | undefined
  let live: LiveSettings | undefined
  let pictures: tf.Tensor2D | undefined
  let picturesStep = 0
  let text = ''
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

  async function begin(settings: Settings) {
    await pause()
    atlas ??= await loadAtlas(emoji)
    if (superseded()) return
    await prepare(settings, configOf(settings, atlas.side), atlas)
  }

  async function prepare(settings: Settings, config: RunConfig, from: Atlas, saved?: Checkpoint) {
    const next = await prepareRun(settings, config, from)
    if (saved !== undefined) {
      try {
        assignTensors('model', { ...next.model.parameters, ...next.model.buffers }, saved.model)
      } catch (error) {
        disposeRun(next)
        throw error
      }
    }
    if (run !== undefined) disposeRun(run)
    run = next
    live = settings
    checkpoint = saved
    const step = saved?.step ?? 0
    const names = from.emoji.map(({ name }) => name)
    const sheet = toSheet(newDrawings(from))
    const [seen, unseen] = [from.seen.length, from.unseen.length]
    post({ kind: 'prepared', prepared: { settings, step, sheet, names, seen, unseen } })
    setState(step >= settings.steps ? 'done' : 'paused')
    await look(step)
  }

  async function look(step: number) {
    if (!run || superseded()) return
    pictures?.dispose()
    pictures = embedNew(run)
    picturesStep = step
    post({ kind: 'look', look: await lookOf(run, step, pictures) })
    await rank()
  }

  async function rank() {
    if (!run || !pictures || text.trim() === '') return
    post({ kind: 'ranking', ranking: await rankingOf(run, picturesStep, pictures, text) })
  }

  async function train(signal: AbortSignal) {
    if (!run || !live) return
    const [current, begun] = [run, live]
    const { model, key } = current
    const { training, logitScale } = withLive(current.config, begun)
    const losses: { step: number; loss: number }[] = []
    let last: FitStep | undefined
    let [breathed, told, shown] = [0, 0, performance.now()]
    let lookTime = 0
    const isText = (name: string) => name.startsWith('text/')
    const tell = async () => {
      if (last === undefined) return
      const { step, stepsPerSecond } = last
      const scale = logitScale.learned ? await scaleOf(current) : logitScale.initial
      post({
        kind: 'figures',
        figures: { step, losses: losses.splice(0), stepsPerSecond, logitScale: scale },
      })
      told = performance.now()
    }
    const show = async () => {
      const began = performance.now()
      await look(last?.step ?? checkpoint?.step ?? 0)
      shown = performance.now()
      lookTime = shown - began
    }
    setState('running')
    try {
      const steps = fit<Batch>({
        parameters: model.parameters,
        buffers: model.buffers,
        loss: (batch, { key }) => lossOf(current, batch, key),
        batches: firstStep => batchesFrom(current, firstStep),
        steps: training.steps,
        optimizer: adamW({
          beta2: training.beta2,
          weightDecay: training.weightDecay,
          learningRateFactor: name => (isText(name) ? training.textLearningRate / training.learningRate : 1),
          weightDecayFactor: name =>
            isText(name) && training.weightDecay > 0 ? training.textWeightDecay / training.weightDecay : 1,
        }),
        schedule: step =>
          warmupCosine({
            peak: (live ?? begun).learningRate,
            warmupSteps: Math.min(training.warmupSteps, training.steps - 1),
            steps: training.steps,
          })(step),
        key: foldIn(key, 2),
        afterStep: model.scale.clamp,
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
        if (now - told > figuresEvery) await tell()
        if (now - shown > Math.max(lookEvery, lookShare * lookTime)) await show()
        if (now - breathed > breath) {
          await breathe()
          breathed = performance.now()
        }
      }
      await tell()
      await show()
      setState('done')
    } catch (error) {
      await tell()
      if (error === pausing) {
        await show()
        return setState('paused')
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
  }

  async function save() {
    if (!run || !live) return
    const wasRunning = state === 'running'
    await pause()
    if (checkpoint === undefined) throw new RangeError('There is nothing to save yet: train a little first.')
    const { settings, config } = run
    const file = await encodeRun({
      settings: { ...settings, ...live },
      config: withLive(config, live),
      checkpoint,
    })
    post({ kind: 'saved', file, name: `chiaro-clip-${checkpoint.step}.zip` })
    if (wasRunning) resume()
  }

  async function open(file: ArrayBuffer) {
    atlas ??= await loadAtlas(emoji)
    const { settings, config, checkpoint: saved } = decodeRun(new Uint8Array(file), atlas.side)
    await pause()
    await prepare(settings, config, atlas, saved)
  }

  function handle(request: Request): Promise<void> | void {
    switch (request.kind) {
      case 'start':
        return
      case 'begin':
        return begin(request.settings)
      case 'resume':
        return resume()
      case 'pause':
        return pause()
      case 'change':
        return change(request.live)
      case 'ask':
        text = request.text
        return rank()
      case 'save':
        return save()
      case 'open':
        return open(request.file)
    }
  }

  return take
}

async function scaleOf({ model }: Run): Promise<number> {
  const scale = model.scale.scale()
  try {
    return (await scale.data())[0]
  } finally {
    scale.dispose()
  }
}
