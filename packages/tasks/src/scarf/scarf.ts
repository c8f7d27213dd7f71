import { type ColumnTable, tableLayout } from '@chiaro/data'
import { createEncoder } from '@chiaro/encoders'
import { foldIn } from '@chiaro/random'
import type * as tf from '@tensorflow/tfjs-core'
import { classesOf } from '../classes-of.ts'
import type { Features } from '../pictures/picture-blocks.ts'
import { programOf } from '../program.ts'
import { checkClasses } from '../representation/classes.ts'
import {
  aloneOf,
  candidatesOf,
  fitRepresentation,
  indifferentLossOf,
  warningOf,
} from '../representation/fit-representation.ts'
import { createRepresentation, type RepresentationModel, type ViewBatch } from '../representation/model.ts'
import { nearestProbe } from '../representation/probe-while-training.ts'
import { columnKinds } from '../rows/column-kinds.ts'
import { encodeRows, pickRows, type Rows } from '../rows/encoded-rows.ts'
import { type GivenRows, type GivenTable, givenTable, tableOf } from '../rows/given-rows.ts'
import type { LabelledTable } from '../rows/labelled-table.ts'
import { overRows } from '../rows/over-rows.ts'
import { remarksOnRows } from '../rows/remarks.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { ColumnKinds, Task } from '../task.ts'
import { configureScarf, type ScarfConfig, scarfConfig } from './config.ts'
import { type ScarfSettings, scarfSettings } from './settings.ts'
import { scarfBatches } from './views.ts'

export type ScarfModel = RepresentationModel<ScarfConfig>

const task: Task<ScarfSettings, 'table', ScarfConfig, ScarfModel, ViewBatch<tf.Tensor2D>> = {
  name: 'scarf',
  summary: 'an encoder of the rows of a table, by SCARF and its family',
  takes: 'table',
  settings: scarfSettings,
  configure: configureScarf,
  parse: config => readSettings('scarf', scarfConfig, config),
  prepare(config, key) {
    const { width: inputDimension } = tableLayout(config.encoding)
    const spec = { kind: 'mlp', inputDimension, widths: config.widths } as const
    return createRepresentation(config, ofKey => createEncoder(spec, ofKey), [inputDimension], foldIn(key, 0))
  },
  fitOptions(model, table, key, live = () => model.config, ranks) {
    const rows = encodeRows(table, model.config.encoding)
    const { training } = live()
    const { classes } = table
    checkClasses('scarf', training, classes)
    const batches = (firstStep: number) => scarfBatches(live(), rows, classes, key, firstStep, ranks)
    const features = (chosen: Int32Array) =>
      embedEncoded(model, { values: pickRows(rows, chosen), width: rows.width, count: chosen.length })
    const probe = training.probe ? nearestProbe({ count: rows.count, classes, features }, key) : undefined
    return fitRepresentation(model, () => live().training, { batches, key, probe, ranks })
  },
  overRanks: aloneOf,
  indifferentLoss: indifferentLossOf,
  candidates: candidatesOf,
  warning: warningOf('row'),
  describe: ({ config: { encoding } }, { rowCount }) =>
    `${rowCount} rows of ${tableLayout(encoding).width} inputs`,
  remarks: ({ config: { encoding } }, table) => remarksOnRows(table, encoding),
  can: {
    embedRows,
    encodeRows: encodedRows,
    columns: columnsOf,
  },
}

/** The encoder's output for each row, without the head. */
async function embedRows(model: ScarfModel, table: ColumnTable): Promise<Features> {
  return embedEncoded(model, encodeRows(table, model.config.encoding))
}

async function embedEncoded(
  { encoder }: ScarfModel,
  rows: Pick<Rows, 'values' | 'width' | 'count'>,
): Promise<Features> {
  const vectors = await overRows(rows, x => encoder.embed(x))
  return { vectors, dimension: rows.count === 0 ? 0 : vectors.length / rows.count }
}

function encodedRows({ config }: ScarfModel, table: ColumnTable): Features {
  const { values: vectors, width: dimension } = encodeRows(table, config.encoding)
  return { vectors, dimension }
}

function columnsOf({ config }: ScarfModel): ColumnKinds {
  return columnKinds(config.encoding, config)
}

interface GivenLabels {
  /** [rows] the class of each, for an objective that learns from classes, or for the probe. */
  readonly labels?: ArrayLike<number>
}

/**
 * An encoder of the rows of a table (SCARF; Bahri et al. 2022): a view has some columns' values from other rows. `train`
 * learns from rows in memory, settings by the names of `scarf.settings`:
 *
 *   const model = await scarf.train({ rows: [{ age: 31, site: 'north' }, …], key: key(1) })
 *   const { vectors, dimension } = await model.embed(rows)
 */
export const scarf = programOf(task, {
  given: [...givenTable.given, 'labels'],
  data: ({ labels, ...given }: GivenTable & GivenLabels): LabelledTable => {
    const table = givenTable.data(given)
    return labels === undefined
      ? table
      : { ...table, classes: classesOf('scarf', labels, table.rowCount, 'row') }
  },
  handle: ({ model }) => ({
    /** The encoder's output for each row, without the head: as it is, not of unit length. */
    embed: (rows: GivenRows): Promise<Features> => embedRows(model, tableOf(rows, columnsOf(model))),
    /** The rows as the encoder gets them: numbers standardised, categories one-hot. */
    encode: (rows: GivenRows): Features => encodedRows(model, tableOf(rows, columnsOf(model))),
  }),
})

export type TrainedScarf = ReturnType<typeof scarf.load>
