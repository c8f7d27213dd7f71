import { batchPosition, fitTableEncoding } from '@chiaro/data'
import * as z from 'zod/mini'
import { checkClasses } from '../representation/classes.ts'
import { keptTraining, objectiveNumbers, objectiveSettings } from '../representation/settings.ts'
import type { LabelledTable } from '../rows/labelled-table.ts'
import { kept } from '../settings/setting.ts'
import { storedTableEncoding } from '../settings/stored-specs.ts'
import { type ScarfSettings, scarfSettings } from './settings.ts'

const of = scarfSettings.shape

/** All that a SCARF run is told, and how it reads rows, as `run.json` keeps it. */
export const scarfConfig = z.object({
  /** Standardised columns, and one-hot ones for categories. */
  encoding: storedTableEncoding,
  impute: kept(of.impute),
  widths: kept(of.widths),
  /** The head that the loss sees, and that embeddings and probes leave off. */
  head: z.object({ hidden: kept(of.headHidden), output: kept(of.headOutput), layers: kept(of.headLayers) }),
  training: z.object({
    steps: kept(of.steps),
    batchSize: kept(of.batchSize),
    objective: kept(of.objective),
    ...objectiveSettings,
    views: z.object({
      /** How many, where it is not two. */
      count: of.views,
      change: kept(of.change),
      rate: of.rate,
      deviation: of.deviation,
      changeAll: kept(of.changeAll),
    }),
    learningRate: kept(of.learningRate),
    ...keptTraining,
    watchEvery: kept(of.watchEvery),
    /** Runs of before had no classes. */
    probe: z.optional(kept(of.probe)),
  }),
})

export type ScarfConfig = z.infer<typeof scarfConfig>

/** Epochs where neither these nor steps are asked for. */
const defaultEpochs = 100

const defaultRates = { corrupt: 0.6, mask: 0.3, jitter: undefined }

/** The config of a run over a table. */
export function configureScarf(settings: ScarfSettings, table: LabelledTable): ScarfConfig {
  const { batchSize, epochs, steps: asked, impute, change, views } = settings
  // Refuses a batch that is larger than the rows are many.
  batchPosition(table.rowCount, 0, { batchSize })
  checkClasses('scarf', settings, table.classes)
  const steps = asked ?? (epochs ?? defaultEpochs) * Math.floor(table.rowCount / batchSize)
  return {
    encoding: fitTableEncoding(table, { impute }),
    impute,
    widths: settings.widths,
    head: { hidden: settings.headHidden, output: settings.headOutput, layers: settings.headLayers },
    training: {
      steps,
      batchSize,
      objective: settings.objective,
      ...objectiveNumbers(settings),
      views: {
        ...(views !== undefined && views > 2 && { count: views }),
        change,
        rate: settings.rate ?? defaultRates[change],
        deviation: settings.deviation,
        changeAll: settings.changeAll,
      },
      optimizer: settings.optimizer,
      learningRate: settings.learningRate,
      warmupSteps: settings.warmupSteps ?? Math.round(steps / 20),
      weightDecay: settings.weightDecay,
      watchEvery: settings.watchEvery,
      probe: settings.probe,
      checkpointEvery: settings.checkpointEvery,
    },
  }
}
