import { useBackend } from '@chiaro/backend'
import { ChiaroError, disposeModel } from '@chiaro/core'
import { type AnyTask, type DataKind, probes, tasks } from '@chiaro/tasks'
import { mergeReport } from '@chiaro/train/node'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { cellFlags } from '../data/table-source.ts'
import { baselines, type ProbingOptions } from '../evaluate/probes-of.ts'
import { evaluateProbes } from '../evaluate/probing.ts'
import { evaluateRetrieval, type RetrievalOptions } from '../evaluate/retrieval.ts'
import { evaluateRows, type RowProbingOptions } from '../evaluate/row-probing.ts'
import { evaluateTexts, type TextProbingOptions } from '../evaluate/text-probing.ts'
import { evaluateZeroShot, type ZeroShotOptions } from '../evaluate/zero-shot.ts'
import { checkpointFlag, commonFlags, pictureFlags } from '../flags.ts'
import { untilAborted } from '../interruption.ts'
import { sayLeftOut, skippedIn } from '../left-out.ts'
import { type CheckpointOption, type OpenedRun, openTrained, readTaskRun } from '../open-run.ts'
import { type CommonOptions, numberIn, oneOfEach, wholeNumber } from '../options.ts'

type EvaluateOptions = CommonOptions &
  CheckpointOption &
  RetrievalOptions &
  ZeroShotOptions &
  ProbingOptions &
  RowProbingOptions &
  TextProbingOptions

/** What embeddings are asked, by what they were learned from. */
const evaluations: {
  readonly [K in DataKind]?: (
    run: OpenedRun,
    options: EvaluateOptions,
    context: CommandContext,
  ) => Promise<object>
} = { pairs: evaluatePairs, pictures: evaluateProbes, table: evaluateRows, texts: evaluateTexts }

/** Of a run over pairs: retrieval, or classes by their names. */
function evaluatePairs(run: OpenedRun, options: EvaluateOptions, context: CommandContext): Promise<object> {
  const { classes, pairs, templates } = options
  if (classes === undefined && templates !== undefined) {
    throw new ChiaroError('data', 'evaluate: --templates belongs to --classes, got none', '--templates')
  }
  if (classes === undefined) return evaluateRetrieval(run, options, context)
  if (pairs === undefined) return evaluateZeroShot(run, { ...options, classes }, context)
  throw new ChiaroError('data', 'evaluate: --pairs and --classes exclude each other, got both', '--classes')
}

/** What a task's embeddings are asked, where it has some. */
const askOf = ({ takes, can: { embedImages, embedRows, embedTexts } }: AnyTask) =>
  (embedImages ?? embedRows ?? embedTexts) === undefined ? undefined : evaluations[takes]

export function addEvaluate(program: Command, contextOf: ContextOf): void {
  cellFlags(pictureFlags(checkpointFlag(commonFlags(program.command('evaluate <run>')))))
    .description(
      'of pairs: retrieval, both ways, or classes by their names; of pictures, rows or sentences: probes of the encoder beside baselines',
    )
    .option(
      '--images <source>',
      'what picture paths are relative to (default: the folder of the pairs); for probes, labelled pictures',
    )
    .optionsGroup('Of a run over pairs:')
    .option('--pairs <file>', 'the pairs to ask about: CSV, TSV, .jsonl, .parquet or wds:SHARDS')
    .option(
      '--candidates <file>',
      'pairs to tell them from, holding them too (default: the pairs themselves)',
    )
    .option('--image-column <name>', 'column of picture paths', 'image')
    .option('--text-column <name>', 'column of captions, or of sentences (default: text)')
    .option('--classes <file>', 'names of classes, one a line: labelled --images are told by them alone')
    .option('--templates <texts...>', 'what stands around a name, "a photo of a {}"; several are averaged')
    .optionsGroup('Of a run over a table or sentences:')
    .option('--table <file>', 'rows with their classes')
    .option('--test-table <file>', 'rows that probes are asked about')
    .option('--texts <file>', 'sentences with their classes')
    .option('--test-texts <file>', 'sentences that probes are asked about')
    .option('--label-column <name>', 'the column of classes in both')
    .optionsGroup('Of a run over pictures:')
    .option('--labels <source>', 'idx:FILE of the classes (default: sub-folders, or .cls in shards)')
    .option('--test-images <source>', 'pictures that probes are asked about')
    .option('--test-labels <source>', 'their classes')
    .optionsGroup('Of probes:')
    .option('--probe <kinds>', 'linear, knn or both', oneOfEach(probes), ['linear', 'knn'])
    .option('--probe-labels <n>', 'only so many labels, the same number of each class', wholeNumber(1))
    .option('--probe-draws <n>', 'draws of these labels', wholeNumber(2), 10)
    .option('--probe-c <x>', 'scikit-learn’s C of the linear probe', numberIn(1e-9, 1e9), 1)
    .option('--neighbours <n>', 'k of the nearest neighbours', wholeNumber(1), 200)
    .option('--neighbour-temperature <x>', 'τ of their votes', numberIn(1e-3, 10), 0.07)
    .option(
      '--baseline <kinds>',
      'some of untrained, pixels (of pictures) and columns (of rows)',
      oneOfEach(baselines),
      [],
    )
    .action((folder: string, options: EvaluateOptions) => {
      const context = contextOf(options)
      return untilAborted(context.signal, evaluate(folder, options, context))
    })
}

/** `chiaro evaluate`: what a run's embeddings are worth; kept in its report. */
async function evaluate(folder: string, options: EvaluateOptions, context: CommandContext): Promise<void> {
  const run = await readTaskRun(folder)
  const ask = askOf(run.task)
  if (ask === undefined) {
    const able = tasks.filter(task => askOf(task) !== undefined).map(({ name }) => name)
    const problem = `must be a run that embeds (${able.join(' or ')}), got one of ${run.task.name}`
    throw new ChiaroError('run', `evaluate: ${folder} ${problem}`, 'run')
  }
  const { chosen } = await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const asked = await ask({ ...run, model }, options, context)
    const evaluation = { ...asked, ...skippedIn(context.leftOut) }
    await mergeReport(folder, { evaluation: { seed: options.seed, backend: chosen, ...evaluation } })
    context.terminal.result(evaluation)
    sayLeftOut(context.leftOut, context.terminal)
  } finally {
    disposeModel(model)
  }
}
