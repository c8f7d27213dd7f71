import type { RandomKey } from '@chiaro/core'
import { type ColumnTable, fitTableEncoding, tableLayout } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import * as z from 'zod/mini'
import { kept } from '../settings/setting.ts'
import { storedNoise } from '../settings/stored-specs.ts'
import { fitNoise } from './fit-noise.ts'
import { encodeRows, numericFirst, partTable } from './parts.ts'
import { type DensitySettings, densitySettings } from './settings.ts'

const of = densitySettings.shape

/** How the columns of a table become rows of numbers: a `TableEncoding` of @chiaro/data. */
const storedEncoding = z.object({
  columns: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        name: z.string(),
        kind: z.literal('numeric'),
        mean: z.number(),
        deviation: z.number(),
        imputation: z.optional(z.number()),
      }),
      z.object({
        name: z.string(),
        kind: z.literal('categorical'),
        categories: z.array(z.string()),
        imputation: z.optional(z.string()),
      }),
      z.object({ name: z.string(), kind: z.literal('constant'), value: z.union([z.number(), z.string()]) }),
    ]),
  ),
})

/** How a table is parted. */
const storedParts = z.object({
  impute: kept(of.impute),
  /** The share of rows that only tells which checkpoint is best, and the share that nothing learns from. */
  validationShare: kept(of.validationShare),
  heldOutShare: kept(of.heldOutShare),
})

/** All that a density run is told and has fitted before training, as `run.json` keeps it. */
export const densityConfig = z.object({
  /** Standardised columns, and one-hot ones for categories. */
  encoding: storedEncoding,
  /** Names of the table's columns in its own order, where `encoding` has numeric ones first. */
  order: z.array(z.string()),
  parts: storedParts,
  /** Fitted to the encoded training rows. */
  noise: storedNoise,
  /** The network f that tilts the noise: log p(x) = log q(x) + f(x) − log Z. */
  energy: z.object({ widths: kept(of.widths) }),
  training: z.object({
    steps: kept(of.steps),
    batchSize: kept(of.batchSize),
    /** ν, noise rows per data row. */
    noiseRatio: kept(of.noiseRatio),
    learningRate: kept(of.learningRate),
    warmupSteps: kept(of.warmupSteps),
    weightDecay: kept(of.weightDecay),
    /** Deviation of Gaussian noise added to training rows, in deviations of the column; 0: none. */
    jitter: kept(of.jitter),
    validateEvery: kept(of.validateEvery),
    checkpointEvery: kept(of.checkpointEvery),
  }),
})

export type DensityConfig = z.infer<typeof densityConfig>

/** Runs of before kept how the table is parted beside where it lies. */
export function withParts(config: unknown): unknown {
  const known = config as { readonly parts?: unknown; readonly source?: unknown } | null
  if (typeof known !== 'object' || known === null || known.parts !== undefined) return config
  return { ...known, parts: known.source }
}

/** Fits encoding and noise to the training rows of a table. */
export async function configureDensity(
  settings: DensitySettings,
  table: ColumnTable,
  key: RandomKey,
): Promise<DensityConfig> {
  const { impute, validationShare, heldOutShare } = settings
  const parts = { impute, validationShare, heldOutShare }
  const { training } = partTable(numericFirst(table), parts, key)
  const encoding = fitTableEncoding(training, { impute })
  const rows = encodeRows(training, encoding)
  return {
    encoding: encoding as DensityConfig['encoding'],
    order: table.columns.map(({ name }) => name),
    parts,
    noise: await fitNoise(rows, tableLayout(encoding).blocks, {
      kind: settings.noise,
      scale: settings.noiseScale,
      key: foldIn(key, 3),
    }),
    energy: { widths: settings.widths },
    training: {
      steps: settings.steps,
      batchSize: Math.min(settings.batchSize, rows.count),
      noiseRatio: settings.noiseRatio,
      learningRate: settings.learningRate,
      warmupSteps: settings.warmupSteps,
      weightDecay: settings.weightDecay,
      jitter: settings.jitter,
      validateEvery: settings.validateEvery,
      checkpointEvery: settings.checkpointEvery,
    },
  }
}
