import { ChiaroError, disposeModel } from '@chiaro/core'
import { key } from '@chiaro/random'
import { copyTokenWeights, type Features, geometryOfRows, type TaskModel } from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import { labelledTexts, openTextsFor, type TextColumns } from '../data/text-source.ts'
import { keyOfRun, type OpenedRun } from '../open-run.ts'
import { embeddedTexts } from '../text-gallery.ts'
import { printProbes } from './print-probes.ts'
import {
  type Baseline,
  byNameOf,
  checkBaselines,
  type Evaluation,
  type Probed,
  type ProbingOptions,
  probesOf,
} from './probes-of.ts'

export interface TextProbingOptions extends TextColumns {
  readonly texts?: string
  readonly testTexts?: string
}

/** Probes of a frozen encoder of sentences beside the untrained one; only they see the classes. */
export async function evaluateTexts(
  run: OpenedRun,
  options: ProbingOptions & TextProbingOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { task, model } = run
  checkBaselines(options.baseline, ['untrained'], 'sentence')
  const [train, test] = await openBoth(run, options)
  const random = key(options.seed)
  const probed = (title: string, of: TaskModel) => {
    const features = (samples: typeof train): Promise<Features> =>
      embeddedTexts('evaluate', { ...run, model: of }, samples.texts)
    return probesOf(title, { train, test, features, random }, options, context)
  }
  const trained = await probed('encoder', model)
  const others: Partial<Record<Baseline, Probed>> = {}
  if (options.baseline.includes('untrained')) {
    // The very values that the run began with; how much tokens weigh is not trained.
    const untrained = task.prepare(model.config, keyOfRun(run))
    copyTokenWeights(model, untrained)
    others.untrained = await probed('untrained', untrained).finally(() => disposeModel(untrained))
  }
  const known = new Set(train.texts)
  const evaluation: Evaluation = {
    ...trained,
    geometry: await geometryOfRows(await embeddedTexts('evaluate', run, test.texts)),
    baselines: others,
    rows: {
      train: train.texts.length,
      test: test.texts.length,
      shared: test.texts.filter(text => known.has(text)).length,
    },
    classNames: train.classNames,
  }
  printProbes(evaluation, context.terminal, 'sentence')
  return evaluation
}

async function openBoth(run: OpenedRun, options: TextProbingOptions) {
  const { texts, testTexts, labelColumn, ...columns } = options
  const missing = Object.entries({
    '--texts': texts,
    '--test-texts': testTexts,
    '--label-column': labelColumn,
  }).flatMap(([name, value]) => (value === undefined ? [name] : []))
  if (missing.length > 0) {
    const problem = `a ${run.task.name} run needs ${missing.join(' and ')}`
    throw new ChiaroError('data', `evaluate: ${problem}`, missing[0])
  }
  const { source } = run.info.config as { readonly source?: unknown }
  const open = async (file: string | undefined) =>
    labelledTexts(await openTextsFor('evaluate', source, file, { ...columns, labelColumn }))
  const train = await open(texts)
  if (train.classNames.length < 2) {
    const problem = `--texts must have at least two classes, got ${train.classNames.join(', ')} only`
    throw new ChiaroError('data', `evaluate: ${problem}`, '--texts')
  }
  const test = await open(testTexts)
  return [train, { ...test, ...byNameOf(train, test, 'sentence', '--test-texts') }] as const
}
