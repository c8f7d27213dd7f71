import { ChiaroError } from '@chiaro/core'
import { type TableRecord, tableLayout } from '@chiaro/data'
import { foldIn } from '@chiaro/random'
import { adamW, warmupCosine } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import { type ProgramRun, programOf } from '../program.ts'
import { encodeRows } from '../rows/encoded-rows.ts'
import { type GivenRows, givenTable, recordsOf, tableOf } from '../rows/given-rows.ts'
import { remarksOnRows } from '../rows/remarks.ts'
import { readSettings } from '../settings/read-settings.ts'
import type { SampleOptions, Task } from '../task.ts'
import { densityBatches } from './batches.ts'
import { chainDiagnostics } from './chain-diagnostics.ts'
import { configureDensity, type DensityConfig, densityConfig } from './config.ts'
import { withChoices } from './earlier.ts'
import { densityLoss, validationLosses } from './loss.ts'
import { createDensity, type DensityModel } from './model.ts'
import { objectiveNamed } from './objectives/objectives.ts'
import { partTable } from './parts.ts'
import { type DensityReport, reportDensity } from './report.ts'
import { densityInWords } from './report-in-words.ts'
import { sampleTable } from './sample.ts'
import { anomalyRanks, columnsOf, scoreTable } from './score.ts'
import { type DensitySettings, densitySettings } from './settings.ts'

/** Of objectives that learn by chains, at each validation. */
const validationChains = { chains: 16, warmup: 50, steps: 50 }

const task: Task<DensitySettings, 'table', DensityConfig, DensityModel, tf.Tensor2D> = {
  name: 'density',
  formerly: ['ebm'],
  summary: 'a density of the rows of a table, by any objective',
  takes: 'table',
  settings: densitySettings,
  configure: configureDensity,
  parse: config => readSettings('density', densityConfig, withChoices(config)),
  prepare: (config, key) => createDensity(config, foldIn(key, 0)),
  fitOptions(model, table, key, live = () => model.config, ranks) {
    const { training } = live()
    const { steps } = training
    const { learnsLogPartition, chainsFrom } = objectiveNamed(model.config.objective.kind)
    const warmupSteps = Math.min(training.warmupSteps, steps - 1)
    const parts = partTable(table, model.config.parts, key)
    const rows = encodeRows(parts.training, model.config.encoding)
    const validation = encodeRows(parts.validation, model.config.encoding)
    return {
      parameters: model.parameters,
      buffers: model.buffers,
      loss: (x, { key }) => densityLoss(live().objective, model, x, key, ranks),
      batches: firstStep => densityBatches(model.config, rows, key, firstStep),
      steps,
      optimizer: adamW({ beta2: 0.99, weightDecay: training.weightDecay }),
      schedule: step => warmupCosine({ peak: live().training.learningRate, warmupSteps, steps })(step),
      key: foldIn(key, 2),
      validation: {
        every: training.validateEvery,
        run: async ({ key }) => ({
          ...(await validationLosses(model, validation, key)),
          ...(chainsFrom &&
            (await chainDiagnostics(model, {
              ...validationChains,
              noise: model.noise,
              key: foldIn(key, 0),
            }))),
        }),
        metric: learnsLogPartition ? 'nceLoss' : 'rankingLoss',
        best: 'lowest',
      },
      checkpointEvery: training.checkpointEvery,
    }
  },
  overRanks({ objective: { kind, chains } }, ranks) {
    if (objectiveNamed(kind).chainsFrom !== 'past' || chains === undefined || chains >= ranks)
      return undefined
    return { setting: 'chains', message: `chains must be one a rank at least, got ${chains}` }
  },
  indifferentLoss: ({ objective: { kind, ...numbers } }) => objectiveNamed(kind).indifferentLoss?.(numbers),
  async report(model, table, key) {
    const { heldOut } = partTable(table, model.config.parts, key)
    const report = await reportDensity(model, encodeRows(heldOut, model.config.encoding), key)
    return { figures: { ...report }, sentences: densityInWords(report) }
  },
  describe({ config: { parts, encoding } }, table, key) {
    const { training, validation, heldOut } = partTable(table, parts, key)
    const { width } = tableLayout(encoding)
    return (
      `${training.rowCount} rows train, ${validation.rowCount} choose the checkpoint, ` +
      `${heldOut.rowCount} are held out; ${width} inputs`
    )
  },
  remarks: ({ config: { encoding } }, table) => remarksOnRows(table, encoding),
  can: { score: scoreTable, sample: sampleTable, columns: columnsOf },
}

/**
 * A density of the rows of a table, by any of ten objectives and seven energies; by default by binary NCE (docs/notes.md
 * eq. 1.5–1.8; Gutmann & Hyvärinen 2012), log p = log q + f − log Z. `train` learns from rows in memory, settings by the
 * names of `density.settings`:
 *
 *   const model = await density.train({ rows: [{ age: 31, site: 'north' }, …], key: key(1) })
 *   const logDensities = await model.logDensity([{ age: 90, site: 'south' }])
 */
export const density = programOf(task, {
  ...givenTable,
  handle: run => handleOf(run),
})

export type TrainedDensity = ReturnType<typeof density.load>

function handleOf({ model, key, report }: ProgramRun<DensityConfig, DensityModel>) {
  /** log p of each row in nats, in the columns' own units; −∞ where the density is 0. */
  const logDensity = async (rows: GivenRows): Promise<Float32Array> =>
    (await scoreTable(model, tableOf(rows, columnsOf(model)), key)).logDensities
  /** Each row's rank among those given: 1 is the least probable. */
  const anomalyRank = async (rows: GivenRows): Promise<Int32Array> => anomalyRanks(await logDensity(rows))
  /** New rows, as records; the same key gives the same ones. */
  const sample = async (count: number, options?: Partial<SampleOptions>): Promise<readonly TableRecord[]> =>
    recordsOf((await sampleTable(model, count, { key: foldIn(key, 6), ...options })).table)
  return {
    logDensity,
    anomalyRank,
    sample,
    /**
     * log Z as training learned it, where the objective does, and as it is found otherwise, each with its standard error,
     * and whether they agree.
     *
     * @throws ChiaroError ('run') for a run that was saved before its last step, which has no report
     */
    logPartition(): DensityReport['logPartition'] {
      if (report !== undefined) return (report as unknown as DensityReport).logPartition
      throw new ChiaroError(
        'run',
        'density: a run must be at its last step to have a report, got one before it',
      )
    },
  }
}
