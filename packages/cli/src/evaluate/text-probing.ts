import { geometryOfRows } from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import { type LabelledTexts, labelledTexts, openTextsFor, type TextColumns } from '../data/text-source.ts'
import type { OpenedRun } from '../open-run.ts'
import { embeddedTexts } from '../text-gallery.ts'
import { lacking, probeSamples, type SampleKind } from './probe-samples.ts'
import type { Evaluation, ProbingOptions } from './probes-of.ts'

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
  const kind: SampleKind<LabelledTexts> = {
    unit: 'sentence',
    flags: { train: '--texts', test: '--test-texts' },
    open: opening(run, options),
    embed: (model, { texts }) => embeddedTexts('evaluate', { ...run, model }, texts),
    geometry: async ({ texts }) => geometryOfRows(await embeddedTexts('evaluate', run, texts)),
    count: ({ texts }) => texts.length,
    shared(test, train) {
      const known = new Set(train.texts)
      return test.texts.filter(text => known.has(text)).length
    },
  }
  return probeSamples(run, kind, options, context)
}

/** Opens the labelled sentences to train probes on, or those to ask them about. */
function opening(
  run: OpenedRun,
  { texts, testTexts, labelColumn, ...columns }: TextProbingOptions,
): (which: 'train' | 'test') => Promise<LabelledTexts> {
  const needed = { '--texts': texts, '--test-texts': testTexts, '--label-column': labelColumn }
  if (Object.values(needed).includes(undefined)) throw lacking(run, needed)
  const { source } = run.info.config as { readonly source?: unknown }
  return async which => {
    const file = which === 'train' ? texts : testTexts
    return labelledTexts(await openTextsFor('evaluate', source, file, { ...columns, labelColumn }))
  }
}
