import { compose, linearColorJitter, randomAffine } from '@chiaro/augment'
import { ChiaroError, type RandomKey, type View } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import { clipLoss } from '@chiaro/objectives'
import { foldIn, key as keyOf } from '@chiaro/random'
import {
  adamW,
  type Checkpoint,
  exponentialMovingAverage,
  type FitStep,
  fit,
  warmupCosine,
} from '@chiaro/train'
import { appendLog, checkpointsIn } from '@chiaro/train/node'
import * as tf from '@tensorflow/tfjs-core'
import { showProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { ClipConfig } from './config.ts'
import { distinctBatches } from './distinct-batches.ts'
import { type ClipModel, prepareTexts } from './model.ts'
import type { LoadedPairs } from './pairs.ts'
import { meanRecall, retrieval } from './retrieval.ts'

export interface ClipRun {
  readonly folder: string
  readonly model: ClipModel
  readonly seed: number
  readonly training: LoadedPairs
  readonly validation?: LoadedPairs
  readonly start?: Checkpoint
  readonly signal?: AbortSignal
}

export interface ClipOutcome {
  readonly steps: number
  /** Training only: no validation, no saving, no reading of pictures. */
  readonly seconds: number
  readonly loss: number
  readonly validation?: Readonly<Record<string, number>>
}

/** The views of a training picture, by the name of `--augment`. */
const views: Readonly<Record<ClipConfig['training']['augment'], View>> = {
  none: compose(),
  light: compose(
    randomAffine({ degrees: 12, zoom: 0.18, stretch: 0.16, translate: 0.08, fill: 1 }),
    linearColorJitter({ brightness: 0.15, contrast: 0.2, saturation: 0.35, hue: 0.12 }),
  ),
}

interface ClipBatch {
  readonly images: tf.Tensor4D
  readonly texts: tf.Tensor
}

/** Trains a CLIP model into a run folder, from its beginning or from `start`. */
export async function trainClip(run: ClipRun, terminal: Terminal): Promise<ClipOutcome> {
  const { folder, model, seed, validation, start, signal } = run
  const { training, logitScale } = model.config
  const { parameters, buffers, scale } = model
  const key = keyOf(seed)
  const texts = await prepareTexts(model, run.training.texts)
  const ema =
    training.averageDecay > 0
      ? exponentialMovingAverage({ ...parameters, ...buffers }, { decay: training.averageDecay })
      : undefined
  const isText = (name: string) => name.startsWith('text/')
  const progress = showProgress(terminal, 'training', training.steps, 'step')
  let seconds = 0
  let last: FitStep | undefined
  let validated: Readonly<Record<string, number>> | undefined
  try {
    const steps = fit<ClipBatch>({
      parameters,
      buffers,
      loss: ({ images, texts }, { key }) => {
        const image = model.image.embed(images, { training: true, key: foldIn(key, 0) })
        const text = model.text.embed(texts, { training: true, key: foldIn(key, 1) })
        return clipLoss(image, text, { logitScale: logitScale.learned ? scale.scale() : logitScale.initial })
      },
      batches: firstStep => batchesFrom(firstStep, run, texts, foldIn(key, 1)),
      steps: training.steps,
      optimizer: adamW({
        beta2: training.beta2,
        weightDecay: training.weightDecay,
        learningRateFactor: name => (isText(name) ? training.textLearningRate / training.learningRate : 1),
        weightDecayFactor: name =>
          isText(name) && training.weightDecay > 0 ? training.textWeightDecay / training.weightDecay : 1,
      }),
      schedule: warmupCosine({
        peak: training.learningRate,
        warmupSteps: Math.min(training.warmupSteps, training.steps - 1),
        steps: training.steps,
      }),
      key: foldIn(key, 2),
      ema,
      afterStep: scale.clamp,
      validation: validation && {
        every: training.validateEvery,
        run: async () => ({ recall: meanRecall(await retrieval(model, validation, allRows(validation))) }),
        metric: 'recall',
      },
      checkpoints: checkpointsIn(folder, { every: training.checkpointEvery }),
      signal,
      start,
    })
    for await (const step of steps) {
      last = step
      seconds += step.seconds
      validated = step.validation ?? validated
      const { step: number, loss, learningRate, gradientNorm, validation } = step
      await appendLog(folder, { step: number, loss, learningRate, gradientNorm, ...validation })
      const recall = validated === undefined ? '' : `  recall ${validated.recall.toFixed(3)}`
      progress.update(number, `loss ${loss.toFixed(4)}${recall}`)
    }
  } finally {
    progress.stop()
    ema?.dispose()
  }
  if (last === undefined)
    throw new ChiaroError('run', `train clip: ${folder} is trained to its last step already`)
  return { steps: last.step, seconds, loss: last.loss, validation: validated }
}

function* batchesFrom(
  firstStep: number,
  { training: pairs, model }: ClipRun,
  texts: { tensor(indices: ArrayLike<number>): tf.Tensor },
  key: RandomKey,
): Generator<ClipBatch> {
  const { batchSize, augment } = model.config.training
  const column = model.config.source.weightColumn
  const weights = column === undefined ? undefined : pairs.pairs.map(pair => weightOf(pair, column))
  const batches = distinctBatches(
    { images: pairs.imageOf, texts: pairs.textOf, weights },
    batchSize,
    foldIn(key, 0),
  )
  for (let step = 1; ; step++) {
    const rows = batches.next().value as Int32Array
    if (step < firstStep) continue
    const images = tf.tidy(() => {
      const pictures = toImageTensor(
        pairs.images,
        rows.map(row => pairs.imageOf[row]),
      )
      return views[augment](foldIn(key, step), pictures)
    })
    yield { images, texts: texts.tensor(rows.map(row => pairs.textOf[row])) }
  }
}

function weightOf({ extra, file, row }: LoadedPairs['pairs'][number], column: string): number {
  const weight = Number(extra[column])
  if (extra[column].trim() !== '' && weight > 0 && Number.isFinite(weight)) return weight
  throw new ChiaroError(
    'data',
    `${file}:${row}: ${column} must be a positive number, got "${extra[column]}"`,
    column,
  )
}

function allRows({ pairs }: LoadedPairs): number[] {
  return pairs.map((_, row) => row)
}
