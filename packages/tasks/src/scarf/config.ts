import { fitTableEncoding } from '@chiaro/data'
import * as z from 'zod/mini'
import { headOf, storedHead, storedTraining, trainingOf, viewCount } from '../representation/config.ts'
import type { LabelledTable } from '../rows/labelled-table.ts'
import { kept } from '../settings/setting.ts'
import { storedTableEncoding } from '../settings/stored-specs.ts'
import { defaultEpochs, type ScarfSettings, scarfSettings } from './settings.ts'

const of = scarfSettings.shape

/** All that a SCARF run is told, and how it reads rows, as `run.json` keeps it. */
export const scarfConfig = z.object({
  /** Standardised columns, and one-hot ones for categories. */
  encoding: storedTableEncoding,
  impute: kept(of.impute),
  widths: kept(of.widths),
  head: storedHead(of),
  training: z.object({
    ...storedTraining(of),
    views: z.object({
      /** How many, where it is not two. */
      count: of.views,
      change: kept(of.change),
      rate: of.rate,
      deviation: of.deviation,
      changeAll: kept(of.changeAll),
    }),
    learningRate: kept(of.learningRate),
  }),
})

export type ScarfConfig = z.infer<typeof scarfConfig>

const defaultRates = { corrupt: 0.6, mask: 0.3, jitter: undefined }

/** The config of a run over a table. */
export function configureScarf(settings: ScarfSettings, table: LabelledTable): ScarfConfig {
  const { impute, change, learningRate } = settings
  const samples = { count: table.rowCount, classes: table.classes }
  const training = trainingOf('scarf', settings, samples, { epochs: defaultEpochs, learningRate })
  return {
    encoding: fitTableEncoding(table, { impute }),
    impute,
    widths: settings.widths,
    head: headOf(settings),
    training: {
      ...training,
      views: {
        ...viewCount(settings),
        change,
        rate: settings.rate ?? defaultRates[change],
        deviation: settings.deviation,
        changeAll: settings.changeAll,
      },
    },
  }
}
