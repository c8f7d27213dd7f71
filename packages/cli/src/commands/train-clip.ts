import { dirname, resolve } from 'node:path'
import { backendReport, useBackend } from '@chiaro/backend'
import { foldIn, key } from '@chiaro/random'
import { createRun, writeReport } from '@chiaro/train/node'
import type { ClipConfig, ClipSource } from '../clip/config.ts'
import { createClip, disposeClip } from '../clip/model.ts'
import { loadPairs } from '../clip/pairs.ts'
import { imageTower, type TowerOptions, textTower } from '../clip/specs.ts'
import { type ClipRun, trainClip } from '../clip/train.ts'
import { Interrupted } from '../exit-code.ts'
import type { CommonOptions } from '../options.ts'
import { packageVersions } from '../package-versions.ts'
import { duration } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

export interface TrainClipOptions extends CommonOptions, TowerOptions {
  readonly pairs: string
  readonly valPairs?: string
  /** Default: the folder of the pairs file. */
  readonly images?: string
  readonly out: string
  readonly imageColumn: string
  readonly textColumn: string
  readonly weightColumn?: string
  readonly textLength: number
  readonly steps: number
  readonly batchSize: number
  readonly learningRate: number
  /** Default: the learning rate. */
  readonly textLearningRate?: number
  readonly warmupSteps: number
  readonly weightDecay: number
  /** Default: the weight decay. */
  readonly textWeightDecay?: number
  readonly beta2: number
  readonly averageDecay: number
  readonly logitScale: number
  readonly fixedLogitScale: boolean
  readonly augment: 'light' | 'none'
  readonly validateEvery: number
  readonly checkpointEvery: number
}

/** `chiaro train clip`: from a table of pairs to a run folder. */
export async function trainClipCommand(
  options: TrainClipOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const config = configOf(options)
  const { source } = config
  const training = await loadPairs(source.pairs, source, config.imageSize, terminal, signal)
  const validation =
    source.validationPairs === undefined
      ? undefined
      : await loadPairs(
          source.validationPairs,
          { ...source, weightColumn: undefined },
          config.imageSize,
          terminal,
          signal,
        )
  const { chosen } = await useBackend(options.backend, options)
  const model = createClip(config, foldIn(key(options.seed), 0), training.texts)
  const report = await backendReport()
  await createRun(options.out, {
    task: 'clip',
    config: { ...config },
    seed: options.seed,
    backend: { name: chosen, kernels: report.wasm?.kernelBuild },
    packages: packageVersions(),
  })
  terminal.note(
    `${training.pairs.length} pairs, ${training.images.shape[0]} pictures, ${training.texts.length} captions; ` +
      `backend ${chosen}; chance has loss ${Math.log(config.training.batchSize).toFixed(3)}`,
  )
  await runClip({ folder: options.out, model, seed: options.seed, training, validation, signal }, terminal)
  disposeClip(model)
}

/** Trains, reports, and on Ctrl-C says how to go on. */
export async function runClip(run: ClipRun, terminal: Terminal): Promise<void> {
  const { folder, seed, signal } = run
  try {
    const { steps, seconds, loss, validation } = await trainClip(run, terminal)
    const report = { seed, steps, seconds, loss, ...(validation && { validation }) }
    await writeReport(folder, report)
    terminal.result({ run: folder, ...report })
    terminal.print(
      `trained ${steps} steps in ${duration(seconds)}, last loss ${loss.toFixed(4)}; saved to ${folder}`,
    )
  } catch (error) {
    if (!signal?.aborted) throw error
    throw new Interrupted(`interrupted; the run is kept. To go on: chiaro resume ${folder}`)
  }
}

function configOf(options: TrainClipOptions): ClipConfig {
  const source: ClipSource = {
    pairs: resolve(options.pairs),
    validationPairs: options.valPairs && resolve(options.valPairs),
    images: resolve(options.images ?? dirname(options.pairs)),
    imageColumn: options.imageColumn,
    textColumn: options.textColumn,
    weightColumn: options.weightColumn,
  }
  const { learningRate, weightDecay } = options
  return {
    imageSize: options.imageSize,
    image: imageTower(options),
    ...textTower(options),
    textLength: options.textLength,
    logitScale: { initial: options.logitScale, maximum: 100, learned: !options.fixedLogitScale },
    training: {
      steps: options.steps,
      batchSize: options.batchSize,
      learningRate,
      textLearningRate: options.textLearningRate ?? learningRate,
      warmupSteps: options.warmupSteps,
      weightDecay,
      textWeightDecay: options.textWeightDecay ?? weightDecay,
      beta2: options.beta2,
      averageDecay: options.averageDecay,
      augment: options.augment,
      validateEvery: options.validateEvery,
      checkpointEvery: options.checkpointEvery,
    },
    source,
  }
}
