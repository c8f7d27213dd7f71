import { ChiaroError, type RandomKey } from '@chiaro/core'
import { batches, batchPosition, tableLayout } from '@chiaro/data'
import { binaryNceLoss } from '@chiaro/objectives'
import { foldIn, key as keyOf, normal } from '@chiaro/random'
import { adamW, type Checkpoint, type FitStep, fit, warmupCosine } from '@chiaro/train'
import { appendLog, checkpointsIn } from '@chiaro/train/node'
import * as tf from '@tensorflow/tfjs-core'
import { showProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { EbmTraining } from './config.ts'
import type { EbmModel } from './model.ts'
import { pickRows, type Rows } from './rows.ts'

export interface EbmRun {
  readonly folder: string
  readonly model: EbmModel
  readonly seed: number
  readonly training: Rows
  readonly validation: Rows
  readonly start?: Checkpoint
  readonly signal?: AbortSignal
}

export interface EbmOutcome {
  readonly steps: number
  /** Training only: no validation, no saving. */
  readonly seconds: number
  readonly loss: number
}

/** Rows of each validation's noise per validation row: few enough to be quick, the same at every validation. */
const validationNoise = 4

/** Learns f and log Z by binary NCE into a run folder, from the beginning or from `start`. */
export async function trainEbm(run: EbmRun, terminal: Terminal): Promise<EbmOutcome> {
  const { folder, model, seed, training: rows, validation, start, signal } = run
  const { training } = model.config
  const { noiseRatio } = training
  const key = keyOf(seed)
  const progress = showProgress(terminal, 'training', training.steps, 'step')
  let seconds = 0
  let last: FitStep | undefined
  let validated = ''
  try {
    const steps = fit<tf.Tensor2D>({
      parameters: model.density.parameters,
      loss: (x, { key }) => nce(model, x, noiseRatio, key),
      batches: firstStep =>
        batchesFrom(firstStep, rows, training, jitterOf(model, training.jitter), foldIn(key, 1)),
      steps: training.steps,
      optimizer: adamW({ beta2: 0.99, weightDecay: training.weightDecay }),
      schedule: warmupCosine({
        peak: training.learningRate,
        warmupSteps: Math.min(training.warmupSteps, training.steps - 1),
        steps: training.steps,
      }),
      key: foldIn(key, 2),
      validation: {
        every: training.validateEvery,
        run: async ({ key }) => ({ nceLoss: await lossOver(model, validation, validationNoise, key) }),
        metric: 'nceLoss',
        best: 'lowest',
      },
      checkpoints: checkpointsIn(folder, { every: training.checkpointEvery }),
      signal,
      start,
    })
    for await (const step of steps) {
      last = step
      seconds += step.seconds
      const { step: number, loss, learningRate, gradientNorm, validation } = step
      if (validation !== undefined) validated = `  validation ${validation.nceLoss.toFixed(4)}`
      await appendLog(folder, { step: number, loss, learningRate, gradientNorm, ...validation })
      progress.update(number, `loss ${loss.toFixed(4)}${validated}`)
    }
  } finally {
    progress.stop()
  }
  if (last === undefined) {
    throw new ChiaroError('run', `train ebm: ${folder} is trained to its last step already`)
  }
  return { steps: last.step, seconds, loss: last.loss }
}

function nce(model: EbmModel, x: tf.Tensor2D, noiseRatio: number, key: RandomKey): tf.Scalar {
  const noise = model.noise.sample(key, noiseRatio * x.shape[0])
  return binaryNceLoss(model.logRatio(x), model.logRatio(noise), { noiseRatio })
}

/** The mean NCE loss over all of some rows, by chunks. */
async function lossOver(model: EbmModel, rows: Rows, noiseRatio: number, key: RandomKey): Promise<number> {
  const chunk = 1024
  let sum = 0
  for (let from = 0; from < rows.count; from += chunk) {
    const size = Math.min(chunk, rows.count - from)
    const part = tf.tidy(() => nce(model, slice(rows, from, size), noiseRatio, foldIn(key, from)))
    sum += size * (await part.data())[0]
    part.dispose()
  }
  return sum / rows.count
}

/** The deviation of each encoded column's jitter: categories have none. */
function jitterOf({ config }: EbmModel, deviation: number): Float32Array {
  const { width, blocks } = tableLayout(config.encoding)
  const jitter = new Float32Array(width)
  for (const { kind, start } of blocks) if (kind === 'numeric') jitter[start] = deviation
  return jitter
}

function* batchesFrom(
  firstStep: number,
  rows: Rows,
  { batchSize }: EbmTraining,
  jitter: Float32Array,
  key: RandomKey,
): Generator<tf.Tensor2D> {
  const position = batchPosition(rows.count, firstStep - 1, { batchSize })
  const still = jitter.every(deviation => deviation === 0)
  let step = firstStep
  for (const { indices } of batches(rows.count, { batchSize, key: foldIn(key, 0), position })) {
    const picked = pickRows(rows, indices)
    const ofStep = foldIn(foldIn(key, 1), step++)
    yield tf.tidy(() => {
      const x = slice(picked, 0, picked.count)
      return still ? x : tf.add(x, tf.mul(normal(ofStep, x.shape), tf.tensor1d(jitter)))
    })
  }
}

function slice({ values, width }: Rows, from: number, count: number): tf.Tensor2D {
  return tf.tensor2d(values.subarray(from * width, (from + count) * width), [count, width])
}
