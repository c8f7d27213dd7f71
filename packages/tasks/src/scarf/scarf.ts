import { type ColumnTable, encodeTable, tableLayout } from '@chiaro/data'
import { createEncoder } from '@chiaro/encoders'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { encodeRows } from '../density/parts.ts'
import { type GivenColumns, type GivenRows, tableOf } from '../density/rows.ts'
import type { Features } from '../pictures/picture-blocks.ts'
import { programOf } from '../program.ts'
import {
  candidatesOf,
  fitRepresentation,
  indifferentLossOf,
  warningOf,
} from '../representation/fit-representation.ts'
import { createRepresentation, type RepresentationModel, type ViewBatch } from '../representation/model.ts'
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
  fitOptions(model, table, key, live = () => model.config) {
    const rows = encodeRows(table, model.config.encoding)
    const batches = (firstStep: number) => scarfBatches(live(), rows, key, firstStep)
    return fitRepresentation(model, () => live().training, batches, key)
  },
  indifferentLoss: indifferentLossOf,
  candidates: candidatesOf,
  warning: warningOf('row'),
  describe: ({ config: { encoding } }, { rowCount }) =>
    `${rowCount} rows of ${tableLayout(encoding).width} inputs`,
  remarks({ config: { encoding } }, table) {
    const { constant } = tableLayout(encoding)
    const { imputed } = encodeTable(table, encoding)
    return [
      ...(constant.length === 0 ? [] : [`left out, since they never change: ${constant.join(', ')}`]),
      ...(imputed === 0 ? [] : [`${imputed} missing cells were given their column's median or mode`]),
    ]
  },
  can: {
    embedRows,
    encodeRows: encodedRows,
    columns: columnsOf,
  },
}

/** The encoder's output for each row, without the head. */
async function embedRows({ encoder, config }: ScarfModel, table: ColumnTable): Promise<Features> {
  const { values, width, count } = encodeRows(table, config.encoding)
  const blocks: Float32Array[] = []
  let dimension = 0
  for (let from = 0; from < count; from += rowBlock) {
    const size = Math.min(rowBlock, count - from)
    const part = values.subarray(from * width, (from + size) * width)
    const embedded = tf.tidy(() => encoder.embed(tf.tensor2d(part, [size, width])))
    dimension = embedded.shape[1]
    blocks.push(await embedded.data<'float32'>())
    embedded.dispose()
  }
  const vectors = new Float32Array(count * dimension)
  for (const [i, block] of blocks.entries()) vectors.set(block, i * rowBlock * dimension)
  return { vectors, dimension }
}

function encodedRows({ config }: ScarfModel, table: ColumnTable): Features {
  const { values: vectors, width: dimension } = encodeRows(table, config.encoding)
  return { vectors, dimension }
}

/** Rows embedded at a time. */
const rowBlock = 4096

/** The columns that a model looks at, to be read as the kinds it was trained on. */
function columnsOf({ config: { encoding, impute } }: ScarfModel): ColumnKinds {
  const of = (kind: string) => encoding.columns.filter(column => column.kind === kind).map(({ name }) => name)
  const [numeric, categorical] = [of('numeric'), of('categorical')]
  return { columns: [...numeric, ...categorical], numeric, categorical, missing: impute ? 'keep' : 'error' }
}

/** Rows to learn from. */
interface GivenTable extends GivenColumns {
  readonly rows: GivenRows
}

/**
 * An encoder of the rows of a table (SCARF; Bahri et al. 2022): a view has some columns' values from other rows. `train`
 * learns from rows in memory, settings by the names of `scarf.settings`:
 *
 *   const model = await scarf.train({ rows: [{ age: 31, site: 'north' }, …], key: key(1) })
 *   const { vectors, dimension } = await model.embed(rows)
 */
export const scarf = programOf(task, {
  given: ['rows', 'columns', 'categorical'],
  // Whether a missing cell is an error is the settings' to say.
  data: ({ rows, columns, categorical }: GivenTable) =>
    tableOf(rows, { columns, categorical, missing: 'keep' }),
  handle: ({ model }) => ({
    /** The encoder's output for each row, without the head: as it is, not of unit length. */
    embed: (rows: GivenRows): Promise<Features> => embedRows(model, tableOf(rows, columnsOf(model))),
    /** The rows as the encoder gets them: numbers standardised, categories one-hot. */
    encode: (rows: GivenRows): Features => encodedRows(model, tableOf(rows, columnsOf(model))),
  }),
})

export type TrainedScarf = ReturnType<typeof scarf.load>
