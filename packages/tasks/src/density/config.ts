import { conflictError, type RandomKey } from '@chiaro/core'
import { fitTableEncoding, tableLayout } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import * as z from 'zod/mini'
import { encodeRows, type Rows } from '../rows/encoded-rows.ts'
import type { LabelledTable } from '../rows/labelled-table.ts'
import { kept } from '../settings/setting.ts'
import { storedNoise } from '../settings/stored-specs.ts'
import { energyNamed } from './energies/energies.ts'
import type { EnergyNumbers } from './energies/energy-kind.ts'
import { fitNoise } from './fit-noise.ts'
import { refuseMisfits } from './misfits.ts'
import type { ObjectiveNumbers } from './objectives/objective.ts'
import { objectiveNamed } from './objectives/objectives.ts'
import { numericFirst, partTable } from './parts.ts'
import { type DensitySettings, densitySettings } from './settings.ts'
import { type StoredEnergy, type StoredObjective, storedEnergy, storedObjective } from './stored-parts.ts'

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
  objective: storedObjective,
  energy: storedEnergy,
  training: z.object({
    steps: kept(of.steps),
    batchSize: kept(of.batchSize),
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

/**
 * Fits encoding, noise and what an energy begins with to the training rows of a table.
 *
 * @throws ChiaroError that names the setting which does not fit the columns or another one
 */
export async function configureDensity(
  settings: DensitySettings,
  table: LabelledTable,
  key: RandomKey,
  signal?: AbortSignal,
): Promise<DensityConfig> {
  const { impute, validationShare, heldOutShare } = settings
  if (table.classes !== undefined) {
    throw conflictError('density', 'objective', 'no objective of a density learns from labels, got some')
  }
  const parts = { impute, validationShare, heldOutShare }
  const { training } = partTable(numericFirst(table), parts, key)
  const encoding = fitTableEncoding(training, { impute })
  const { blocks } = tableLayout(encoding)
  refuseMisfits(settings, blocks)
  const rows = encodeRows(training, encoding)
  const { defaults } = energyNamed(settings.energy)
  return {
    encoding: encoding as DensityConfig['encoding'],
    order: table.columns.map(({ name }) => name),
    parts,
    noise: await fitNoise(rows, blocks, {
      kind: settings.noise,
      scale: settings.noiseScale,
      key: foldIn(key, 3),
      signal,
    }),
    objective: objectiveOf(settings),
    energy: await energyOf(settings, rows, foldIn(key, 7), signal),
    training: {
      steps: settings.steps,
      batchSize: Math.min(settings.batchSize, rows.count),
      learningRate: settings.learningRate ?? defaults.learningRate,
      warmupSteps: settings.warmupSteps,
      weightDecay: settings.weightDecay ?? defaults.weightDecay,
      jitter: settings.jitter,
      validateEvery: settings.validateEvery,
      checkpointEvery: settings.checkpointEvery,
    },
  }
}

function objectiveOf(settings: DensitySettings): StoredObjective {
  const { needs, defaults = {} } = objectiveNamed(settings.objective)
  const numbers = needs.map((need): [keyof ObjectiveNumbers, unknown] => [
    need,
    settings[need] ?? defaults[need],
  ])
  return { kind: settings.objective, ...present(numbers) }
}

async function energyOf(
  settings: DensitySettings,
  rows: Rows,
  key: RandomKey,
  signal?: AbortSignal,
): Promise<StoredEnergy> {
  const { needs, fit } = energyNamed(settings.energy)
  const standIn: Partial<EnergyNumbers> = { experts: 2 * rows.width }
  const numbers = present(
    needs.map((need): [keyof EnergyNumbers, unknown] => [need, settings[need] ?? standIn[need]]),
  ) as EnergyNumbers
  const fitted = await fit?.(rows, numbers, key, signal)
  return { kind: settings.energy, ...numbers, ...(fitted && { fitted }) }
}

function present(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
