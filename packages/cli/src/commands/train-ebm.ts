import { resolve } from 'node:path'
import { backendReport, useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { tableLayout } from '@chiaro/data'
import { foldIn, key } from '@chiaro/random'
import { assignTensors } from '@chiaro/train'
import { createRun, loadCheckpoint, writeReport } from '@chiaro/train/node'
import type { EbmConfig, NoiseKind } from '../ebm/config.ts'
import { fitNoise } from '../ebm/fit-noise.ts'
import { createEbm } from '../ebm/model.ts'
import { type EbmData, prepareTable } from '../ebm/prepare.ts'
import { printReport } from '../ebm/print-report.ts'
import { reportEbm } from '../ebm/report.ts'
import { type EbmRun, trainEbm } from '../ebm/train.ts'
import { Interrupted } from '../exit-code.ts'
import type { CommonOptions } from '../options.ts'
import { packageVersions } from '../package-versions.ts'
import { duration } from '../progress.ts'
import type { Terminal } from '../terminal.ts'

export interface TrainEbmOptions extends CommonOptions {
  readonly table: string
  readonly out: string
  readonly columns?: readonly string[]
  readonly categorical?: readonly string[]
  readonly impute: boolean
  readonly noise: NoiseKind
  readonly noiseRatio: number
  /** How much wider than the data the noise is made. */
  readonly noiseScale: number
  readonly widths: readonly number[]
  readonly steps: number
  readonly batchSize: number
  readonly learningRate: number
  readonly warmupSteps: number
  readonly weightDecay: number
  readonly jitter: number
  readonly validationShare: number
  readonly heldOutShare: number
  readonly validateEvery: number
  readonly checkpointEvery: number
}

/** `chiaro train ebm`: from a table to a density of its rows. */
export async function trainEbmCommand(
  options: TrainEbmOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const source = {
    table: resolve(options.table),
    columns: options.columns,
    categorical: options.categorical,
    impute: options.impute,
    validationShare: options.validationShare,
    heldOutShare: options.heldOutShare,
  }
  const data = await prepareTable(source, options.seed)
  for (const note of data.notes) terminal.note(note)
  const { chosen } = await useBackend(options.backend, options)
  const config: EbmConfig = {
    encoding: data.encoding,
    order: data.order,
    noise: await fitNoise(data.training, tableLayout(data.encoding).blocks, {
      kind: options.noise,
      scale: options.noiseScale,
      key: foldIn(key(options.seed), 3),
    }),
    energy: { widths: options.widths },
    training: {
      steps: options.steps,
      batchSize: Math.min(options.batchSize, data.training.count),
      noiseRatio: options.noiseRatio,
      learningRate: options.learningRate,
      warmupSteps: options.warmupSteps,
      weightDecay: options.weightDecay,
      jitter: options.jitter,
      validateEvery: options.validateEvery,
      checkpointEvery: options.checkpointEvery,
    },
    source,
  }
  const model = createEbm(config, foldIn(key(options.seed), 0))
  const report = await backendReport()
  await createRun(options.out, {
    task: 'ebm',
    config: { ...config },
    seed: options.seed,
    backend: { name: chosen, kernels: report.wasm?.kernelBuild },
    packages: packageVersions(),
  })
  const { training, validation, heldOut } = data
  terminal.note(
    `${training.count} rows train, ${validation.count} choose the checkpoint, ${heldOut.count} are held out; ` +
      `${training.width} inputs; backend ${chosen}`,
  )
  await runEbm(
    { folder: options.out, model, seed: options.seed, training, validation, signal },
    data,
    terminal,
  )
  disposeModel(model.density)
}

/** Trains, reports on held-out rows with the best checkpoint, and on Ctrl-C says how to go on. */
export async function runEbm(run: EbmRun, data: EbmData, terminal: Terminal): Promise<void> {
  const { folder, seed, signal, model } = run
  try {
    const { steps, seconds, loss } = await trainEbm(run, terminal)
    const best = await loadCheckpoint(folder, 'best')
    assignTensors('model', model.density.parameters, best.model)
    const held = await reportEbm(model, data.heldOut, seed)
    const report = { seed, steps, bestStep: best.step, seconds, loss, ...held }
    await writeReport(folder, { ...report })
    terminal.result({ run: folder, ...report })
    printReport(held, terminal)
    terminal.print(
      `trained ${steps} steps in ${duration(seconds)}, the best after ${best.step}; saved to ${folder}`,
    )
  } catch (error) {
    if (!signal?.aborted) throw error
    throw new Interrupted(`interrupted; the run is kept. To go on: chiaro resume ${folder}`)
  }
}
