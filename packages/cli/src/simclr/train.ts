import { ChiaroError, type RandomKey } from '@chiaro/core'
import { batches, batchPosition, prefetch, toImageTensor } from '@chiaro/data'
import { foldIn, key as keyOf } from '@chiaro/random'
import {
  adamW,
  type Checkpoint,
  type FitStep,
  fit,
  lars,
  type Optimizer,
  sgd,
  warmupCosine,
} from '@chiaro/train'
import { appendLog, checkpointsIn } from '@chiaro/train/node'
import * as tf from '@tensorflow/tfjs-core'
import type { PictureRows, Pictures } from '../pictures/open-pictures.ts'
import { showProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { SimclrTraining } from './config.ts'
import { simclrLoss, type TwoViews } from './loss.ts'
import type { SimclrModel } from './model.ts'
import { viewOf } from './views.ts'

export interface SimclrRun {
  readonly folder: string
  readonly model: SimclrModel
  readonly seed: number
  readonly pictures: Pictures
  readonly start?: Checkpoint
  readonly signal?: AbortSignal
}

export interface SimclrOutcome {
  readonly steps: number
  /** Training only: no saving, no reading of pictures before the first step. */
  readonly seconds: number
  /** The mean of the last hundred steps at most: one batch says little. */
  readonly loss: number
}

/** Trains a SimCLR model into a run folder, from its beginning or from `start`. */
export async function trainSimclr(run: SimclrRun, terminal: Terminal): Promise<SimclrOutcome> {
  const { folder, model, seed, start, signal } = run
  const { training } = model.config
  const { parameters, buffers, moco } = model
  const key = keyOf(seed)
  const progress = showProgress(terminal, 'training', training.steps, 'step')
  const losses: number[] = []
  let seconds = 0
  let last: FitStep | undefined
  try {
    const steps = fit<TwoViews>({
      parameters,
      buffers,
      loss: views => simclrLoss(model, views),
      batches: firstStep => batchesFrom(firstStep, run, foldIn(key, 1)),
      steps: training.steps,
      optimizer: optimizerOf(training),
      schedule: warmupCosine({
        peak: training.learningRate,
        warmupSteps: Math.min(training.warmupSteps, training.steps - 1),
        steps: training.steps,
      }),
      key: foldIn(key, 2),
      afterStep: moco?.afterStep,
      checkpoints: checkpointsIn(folder, { every: training.checkpointEvery }),
      signal,
      start,
    })
    for await (const step of steps) {
      last = step
      seconds += step.seconds
      losses.push(step.loss)
      if (losses.length > 100) losses.shift()
      const { step: number, loss, learningRate, gradientNorm, seconds: took } = step
      await appendLog(folder, { step: number, loss, learningRate, gradientNorm, seconds: took })
      progress.update(number, `loss ${loss.toFixed(4)}`)
    }
  } finally {
    progress.stop()
  }
  if (last === undefined)
    throw new ChiaroError('run', `train simclr: ${folder} is trained to its last step already`)
  return { steps: last.step, seconds, loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length }
}

/** Two views of each batch; the order and the views are pure in the key and the step. */
async function* batchesFrom(
  firstStep: number,
  { pictures, model, signal }: SimclrRun,
  key: RandomKey,
): AsyncGenerator<TwoViews> {
  const { training } = model.config
  const { batchSize } = training
  const view = viewOf(training, pictures.shape)
  const position = batchPosition(pictures.count, firstStep - 1, { batchSize })
  const order = batches(pictures.count, { batchSize, key: foldIn(key, 0), position, signal })
  let step = firstStep
  // Reading and decoding go on while a step is computed.
  for await (const { images, rows } of prefetch(readAll(pictures, order))) {
    const ofStep = foldIn(foldIn(key, 1), step++)
    yield tf.tidy(() => {
      const batch = toImageTensor(images, rows)
      return { first: view(foldIn(ofStep, 0), batch), second: view(foldIn(ofStep, 1), batch) }
    })
  }
}

async function* readAll(
  pictures: Pictures,
  order: Iterable<{ readonly indices: Int32Array }>,
): AsyncGenerator<PictureRows> {
  for (const { indices } of order) yield pictures.read(indices)
}

function optimizerOf({ optimizer, weightDecay }: SimclrTraining): Optimizer {
  switch (optimizer) {
    case 'adamw':
      return adamW({ weightDecay })
    case 'lars':
      return lars({ weightDecay })
    case 'sgd':
      return sgd({ momentum: 0.9, weightDecay })
  }
}
