import { backendReport, useBackend } from '@chiaro/backend'
import { conflictError } from '@chiaro/core'
import { batchPosition } from '@chiaro/data'
import { foldIn, key } from '@chiaro/random'
import { createRun, writeReport } from '@chiaro/train/node'
import { Interrupted } from '../exit-code.ts'
import type { CommonOptions } from '../options.ts'
import { packageVersions } from '../package-versions.ts'
import { openPictures, type Pictures } from '../pictures/open-pictures.ts'
import { pictureSource } from '../pictures/source.ts'
import { duration } from '../progress.ts'
import type { Objective, OptimizerName, Recipe, SimclrConfig } from '../simclr/config.ts'
import { encoderSpec, type SimclrEncoderOptions } from '../simclr/encoder-spec.ts'
import { chanceLoss } from '../simclr/loss.ts'
import { createSimclr, disposeSimclr } from '../simclr/model.ts'
import { type SimclrRun, trainSimclr } from '../simclr/train.ts'
import type { Terminal } from '../terminal.ts'

export interface TrainSimclrOptions extends CommonOptions, SimclrEncoderOptions {
  readonly images: string
  readonly out: string
  readonly imageSize: number
  readonly grey: boolean
  /** Either these or steps; by default 20 epochs. */
  readonly epochs?: number
  readonly steps?: number
  readonly batchSize: number
  readonly headHidden: number
  readonly headOutput: number
  readonly headLayers: number
  readonly objective: Objective
  readonly temperature: number
  readonly queue: number
  readonly momentum: number
  readonly recipe: Recipe
  /** Default: the recipe's. */
  readonly leastCrop?: number
  readonly strength: number
  readonly blur: number
  readonly greyscale: number
  readonly optimizer: OptimizerName
  /** Default: 0.001 for AdamW, 0.3 · batch size / 256 for LARS, 0.03 · batch size / 256 for SGD. */
  readonly learningRate?: number
  /** Default: a twentieth of the steps. */
  readonly warmupSteps?: number
  readonly weightDecay: number
  readonly checkpointEvery: number
}

/** Epochs where neither these nor steps are asked for. */
const defaultEpochs = 20

/** `chiaro train simclr`: from unlabelled pictures to an encoder of them. */
export async function trainSimclrCommand(
  options: TrainSimclrOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (options.epochs !== undefined && options.steps !== undefined) {
    throw conflictError('train simclr', '--epochs', '--epochs and --steps both say how long, give one')
  }
  const source = pictureSource(options.images)
  const shape =
    source.kind === 'idx'
      ? undefined
      : ([options.imageSize, options.imageSize, options.grey ? 1 : 3] as const)
  const pictures = await openPictures(source, { shape, signal }, terminal)
  const config = configOf(options, pictures, source)
  const { chosen } = await useBackend(options.backend, options)
  const model = createSimclr(config, foldIn(key(options.seed), 0))
  const report = await backendReport()
  await createRun(options.out, {
    task: 'simclr',
    config: { ...config },
    seed: options.seed,
    backend: { name: chosen, kernels: report.wasm?.kernelBuild },
    packages: packageVersions(),
  })
  terminal.note(
    `${pictures.count} pictures of ${pictures.shape.join(' × ')}, ${config.training.steps} steps; ` +
      `backend ${chosen}; chance has loss ${chanceLoss(config.training).toFixed(3)}`,
  )
  await runSimclr({ folder: options.out, model, seed: options.seed, pictures, signal }, terminal)
  disposeSimclr(model)
}

/** Trains, reports, and on Ctrl-C says how to go on. */
export async function runSimclr(run: SimclrRun, terminal: Terminal): Promise<void> {
  const { folder, seed, signal, model } = run
  try {
    const { steps, seconds, loss } = await trainSimclr(run, terminal)
    const report = { seed, steps, seconds, loss, chanceLoss: chanceLoss(model.config.training) }
    await writeReport(folder, report)
    terminal.result({ run: folder, ...report })
    const figures = `last losses ${loss.toFixed(4)} (chance ${report.chanceLoss.toFixed(4)})`
    terminal.print(`trained ${steps} steps in ${duration(seconds)}, ${figures}; saved to ${folder}`)
  } catch (error) {
    if (!signal?.aborted) throw error
    throw new Interrupted(`interrupted; the run is kept. To go on: chiaro resume ${folder}`)
  }
}

function configOf(
  options: TrainSimclrOptions,
  { count, shape }: Pictures,
  source: SimclrConfig['source'],
): SimclrConfig {
  const { batchSize, optimizer } = options
  // Refuses a batch that is larger than the pictures are many.
  batchPosition(count, 0, { batchSize })
  const steps = options.steps ?? (options.epochs ?? defaultEpochs) * Math.floor(count / batchSize)
  const peak = { adamw: 0.001, lars: (0.3 * batchSize) / 256, sgd: (0.03 * batchSize) / 256 }
  return {
    shape,
    encoder: encoderSpec(options, shape),
    head: { hidden: options.headHidden, output: options.headOutput, layers: options.headLayers },
    training: {
      steps,
      batchSize,
      objective: options.objective,
      temperature: options.temperature,
      queue: options.queue,
      momentum: options.momentum,
      views: {
        recipe: options.recipe,
        leastCrop: options.leastCrop,
        strength: options.strength,
        blur: options.blur,
        greyscale: options.greyscale,
      },
      optimizer,
      learningRate: options.learningRate ?? peak[optimizer],
      warmupSteps: options.warmupSteps ?? Math.round(steps / 20),
      weightDecay: options.weightDecay,
      checkpointEvery: options.checkpointEvery,
    },
    source,
  }
}
