import type { RandomKey } from '@chiaro/core'
import { type ColumnTable, fitTableEncoding } from '@chiaro/data'
import { fitGaussianNoise, type NoiseSpec } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import * as z from 'zod/mini'
import { densityConfig } from '../density/config.ts'
import { kept } from '../settings/setting.ts'
import { storedNoise } from '../settings/stored-specs.ts'
import { fitPlaneNoise } from './fit-noise.ts'
import { planeLearningRates } from './learning-rates.ts'
import { type PlanePoints, planePoints } from './points.ts'
import { type PlaneSettings, planeSettings } from './settings.ts'

const of = planeSettings.shape

/** All that a run is told, as `run.json` keeps it: what `density` is told of its network, and what is told besides. */
export const planeConfig = z.extend(densityConfig, {
  energy: z.object({ kind: kept(of.energy), widths: kept(of.widths) }),
  objective: kept(of.objective),
  /** What data are told from, where `noise` is what the network tilts; fitted when training begins if it is not yet. */
  contrast: z.object({ kind: kept(of.noise), width: kept(of.noiseWidth), fitted: z.optional(storedNoise) }),
  training: z.extend(densityConfig.shape.training, { noiseRatio: kept(of.noiseRatio) }),
})

export type PlaneConfig = z.infer<typeof planeConfig>

/** What the network tilts is this much wider than the data, so that no row lies in its far tails. */
const baseInflation = 1.3

/** Fits what depends on the points. */
export async function configurePlane(
  settings: PlaneSettings,
  table: ColumnTable,
  key: RandomKey,
): Promise<PlaneConfig> {
  const { steps, energy } = settings
  const names = table.columns.map(({ name }) => name)
  const encoding = settings.standardise ? fitTableEncoding(table) : identity(names)
  const config = {
    encoding: encoding as PlaneConfig['encoding'],
    order: names,
    parts: { impute: false, validationShare: 0, heldOutShare: 0 },
    noise: await fitBase(planePoints(table, encoding)),
    energy: { kind: energy, widths: settings.widths },
    objective: settings.objective,
    contrast: { kind: settings.noise, width: settings.noiseWidth },
    training: {
      steps,
      batchSize: settings.batchSize,
      noiseRatio: settings.noiseRatio,
      learningRate: settings.learningRate ?? planeLearningRates[energy],
      warmupSteps: planeWarmup(steps),
      weightDecay: 0,
      jitter: 0,
      validateEvery: steps,
      checkpointEvery: settings.checkpointEvery,
    },
  }
  return withPlaneSettings(config, {}, table, key)
}

/** The settings that made a config. */
export function planeSettingsOf(config: PlaneConfig): Required<PlaneSettings> {
  const { encoding, energy, objective, contrast, training } = config
  const measured = ({ mean, deviation }: Measured) => mean !== 0 || deviation !== 1
  return {
    standardise: (encoding.columns as readonly Measured[]).some(measured),
    energy: energy.kind,
    widths: energy.widths,
    objective,
    noise: contrast.kind,
    noiseWidth: contrast.width,
    noiseRatio: training.noiseRatio,
    steps: training.steps,
    batchSize: training.batchSize,
    learningRate: training.learningRate,
    checkpointEvery: training.checkpointEvery,
  }
}

/** What may change while a run goes on. */
export type LivePlaneSettings = Pick<
  PlaneSettings,
  'noise' | 'noiseWidth' | 'noiseRatio' | 'steps' | 'learningRate'
>

/** A config with other settings; its noise is fitted, unless it is that already. */
export async function withPlaneSettings(
  config: PlaneConfig,
  settings: Partial<LivePlaneSettings>,
  table: ColumnTable,
  key: RandomKey,
): Promise<PlaneConfig> {
  const { contrast, training } = config
  const {
    noise: kind = contrast.kind,
    noiseWidth: width = contrast.width,
    noiseRatio = training.noiseRatio,
    steps = training.steps,
    learningRate = training.learningRate,
  } = settings
  const warmupSteps = steps === training.steps ? training.warmupSteps : planeWarmup(steps)
  const isFitted = contrast.fitted && contrast.kind === kind && contrast.width === width
  const fitted = isFitted
    ? contrast.fitted
    : await fitPlaneNoise(planePoints(table, config.encoding), { kind, width }, foldIn(key, 3))
  return {
    ...config,
    contrast: { kind, width, fitted },
    training: { ...training, noiseRatio, steps, learningRate, warmupSteps },
  }
}

/** A short rise. */
export function planeWarmup(steps: number): number {
  return Math.min(100, Math.floor(steps / 4))
}

interface Measured {
  readonly mean?: number
  readonly deviation?: number
}

function identity(names: readonly string[]): PlaneConfig['encoding'] {
  return { columns: names.map(name => ({ name, kind: 'numeric', mean: 0, deviation: 1 })) }
}

async function fitBase({ training: { values, count } }: PlanePoints): Promise<NoiseSpec> {
  const rows = tf.tensor2d(values, [count, 2])
  const fit = fitGaussianNoise(rows, { covariance: 'diagonal', inflation: baseInflation })
  return (await fit.finally(() => rows.dispose())).spec
}
