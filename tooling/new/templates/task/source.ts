import { gaussianJitter } from '@chiaro/augment'
import type { Encoder } from '@chiaro/core'
import { batchPosition, type ColumnTable, fitTableEncoding, tableLayout } from '@chiaro/data'
import { createEncoder } from '@chiaro/encoders'
import { ntXentLoss } from '@chiaro/objectives'
import { foldIn } from '@chiaro/random'
import { adamW, warmupCosine } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import type { Features } from '../pictures/picture-blocks.ts'
import { programOf } from '../program.ts'
import { columnKinds } from '../rows/column-kinds.ts'
import { encodeRows } from '../rows/encoded-rows.ts'
import { type GivenRows, givenTable, tableOf } from '../rows/given-rows.ts'
import { overRows } from '../rows/over-rows.ts'
import { remarksOnRows } from '../rows/remarks.ts'
import { rowBatches } from '../rows/row-batches.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { ColumnKinds, Task, TaskModel } from '../task.ts'
import {
  type TemplateNameConfig,
  type TemplateNameSettings,
  templateNameConfig,
  templateNameSettings,
} from './settings.ts'

export interface TemplateNameModel extends TaskModel<TemplateNameConfig> {
  readonly encoder: Encoder
}

/** Two views of each row of a step. */
type ViewPair = { readonly first: tf.Tensor2D; readonly second: tf.Tensor2D }

const task: Task<TemplateNameSettings, 'table', TemplateNameConfig, TemplateNameModel, ViewPair> = {
  name: 'template-name',
  summary: 'an encoder of the rows of a table, by two noisy views of each',
  takes: 'table',
  settings: templateNameSettings,
  configure(settings, table) {
    batchPosition(table.rowCount, 0, settings) // refuses a batch larger than the table
    return { encoding: fitTableEncoding(table), ...settings }
  },
  parse: config => readSettings('template-name', templateNameConfig, config),
  prepare(config, key) {
    const { width: inputDimension } = tableLayout(config.encoding)
    const spec = { kind: 'mlp', inputDimension, widths: config.widths } as const
    const encoder = createEncoder(spec, foldIn(key, 0))
    return { config, encoder, parameters: encoder.parameters, buffers: encoder.buffers }
  },
  fitOptions({ encoder, config, parameters, buffers }, table, key, live = () => config) {
    const { batchSize, steps, checkpointEvery } = config
    const rows = encodeRows(table, config.encoding)
    const warmupSteps = Math.floor(steps / 20)
    return {
      parameters,
      buffers,
      loss({ first, second }, { key: ofStep }) {
        const of = (x: tf.Tensor2D, view: number) =>
          encoder.embed(x, { training: true, key: foldIn(ofStep, view) })
        return ntXentLoss([of(first, 0), of(second, 1)], { temperature: live().temperature })
      },
      batches: firstStep =>
        rowBatches(rows, { batchSize, key, firstStep }, (x, ofStep): ViewPair => {
          const view = gaussianJitter({ standardDeviation: live().deviation })
          return { first: view(foldIn(ofStep, 0), x), second: view(foldIn(ofStep, 1), x) }
        }),
      steps,
      optimizer: adamW(),
      schedule: step => warmupCosine({ peak: live().learningRate, warmupSteps, steps })(step),
      key: foldIn(key, 2),
      checkpointEvery,
    }
  },
  // Every other row of the 2n views is as likely as the right one.
  indifferentLoss: ({ batchSize }) => Math.log(2 * batchSize - 1),
  candidates: ({ batchSize }) => 2 * batchSize - 1,
  describe: ({ config: { encoding } }, { rowCount }) =>
    `${rowCount} rows of ${tableLayout(encoding).width} inputs`,
  remarks: ({ config: { encoding } }, table) => remarksOnRows(table, encoding),
  can: { embedRows, encodeRows: encodedRows, columns: columnsOf },
}

/** The encoder's output for each row. */
async function embedRows({ encoder, config }: TemplateNameModel, table: ColumnTable): Promise<Features> {
  const rows = encodeRows(table, config.encoding)
  const vectors = await overRows(rows, x => encoder.embed(x))
  return { vectors, dimension: rows.count === 0 ? 0 : vectors.length / rows.count }
}

/** The rows as the encoder gets them: what it has to beat. */
function encodedRows({ config }: TemplateNameModel, table: ColumnTable): Features {
  const { values: vectors, width: dimension } = encodeRows(table, config.encoding)
  return { vectors, dimension }
}

function columnsOf({ config }: TemplateNameModel): ColumnKinds {
  return columnKinds(config.encoding, { impute: false })
}

/**
 * An encoder of the rows of a table by two noisy views of each, told apart from those of other rows by NT-Xent. `train`
 * learns from rows in memory, settings by the names of `templateName.settings`:
 *
 *   const model = await templateName.train({ rows: [{ age: 31, site: 'north' }, …], key: key(1) })
 *   const { vectors, dimension } = await model.embed(rows)
 */
export const templateName = programOf(task, {
  ...givenTable,
  handle: ({ model }) => ({
    /** The encoder's output for each row: as it is, not of unit length. */
    embed: (rows: GivenRows): Promise<Features> => embedRows(model, tableOf(rows, columnsOf(model))),
  }),
})

export type TrainedTemplateName = ReturnType<typeof templateName.load>
