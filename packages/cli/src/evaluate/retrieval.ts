import { ChiaroError } from '@chiaro/core'
import { type BothDirections, type RetrievalResult, unanimousInterval } from '@chiaro/evaluate'
import { meanRecall, retrieval } from '@chiaro/tasks'
import type { RunInfo } from '@chiaro/train'
import type { CommandContext } from '../context.ts'
import { fingerprintOfPairs, type NamedPair, openPairs, pairSourceSchema } from '../data/open-pairs.ts'
import { picturesOfPairs, resolvedPairs } from '../data/pairs-name.ts'
import type { SkipBadOption } from '../flags.ts'
import type { OpenedRun } from '../open-run.ts'

export interface RetrievalOptions extends SkipBadOption {
  readonly pairs?: string
  readonly images?: string
  /** Pairs to tell the asked ones from; must hold them too. Default: the asked ones. */
  readonly candidates?: string
  readonly imageColumn: string
  /** Default: text. */
  readonly textColumn?: string
}

/** Retrieval recall of pairs in both directions, beside chance. */
export async function evaluateRetrieval(
  { task, config, model, info }: OpenedRun,
  { pairs, candidates, images, imageColumn, textColumn = 'text', skipBad }: RetrievalOptions,
  context: CommandContext,
): Promise<Readonly<Record<string, unknown>>> {
  const shape = task.imageShape?.(config)
  if (pairs === undefined || shape === undefined) {
    throw new ChiaroError('data', `evaluate: a ${task.name} run needs --pairs`, '--pairs')
  }
  const folder = picturesOfPairs(pairs, images)
  const open = (file: string) =>
    openPairs(file, { images: folder, imageColumn, textColumn, skipBad }, shape, context)
  const asked = await open(pairs)
  const all = candidates === undefined ? asked : await open(candidates)
  const both = await retrieval(task.can, model, all, rowsOf(asked.pairs, all.pairs))
  for (const [name, one] of [
    ['text → image', both.textToImage],
    ['image → text', both.imageToText],
  ] as const) {
    context.terminal.print(`${name}: ${inWords(one)}`)
    context.terminal.print(`  ${rankingInWords(one)}`)
  }
  const rows = await fingerprintOfPairs(asked)
  const trainingPairs = rows.rows === info.data?.rows || resolvedPairs(pairs) === trainedOn(info.config)
  if (trainingPairs) {
    context.terminal.print('these are the pairs of the training: of new ones this says nothing')
  }
  return {
    ...(trainingPairs && { trainingPairs }),
    retrieval: pick(both, ({ recalls }) => recalls),
    standardErrors: pick(both, ({ standardErrors }) => standardErrors),
    chance: pick(both, ({ chance }) => chance),
    ranking: pick(both, ({ meanReciprocalRank, ndcg, mapAtR, medianRank }) => {
      return { meanReciprocalRank, ndcg, mapAtR, medianRank }
    }),
    queries: pick(both, ({ queries }) => queries),
    candidates: pick(both, ({ candidates }) => candidates),
    meanRecall: meanRecall(both),
  }
}

/** The pairs file of the training, where a command made the run. */
function trainedOn({ source }: RunInfo['config']): unknown {
  return pairSourceSchema.safeParse(source).data?.pairs
}

function inWords({ recalls, standardErrors, chance, queries, candidates }: RetrievalResult): string {
  const cells = (['r1', 'r5', 'r10'] as const).map(r => {
    const spread =
      standardErrors[r] > 0 ? ` ± ${standardErrors[r].toFixed(3)}` : certainty(recalls[r], queries)
    return `R@${r.slice(1)} ${recalls[r].toFixed(3)}${spread} (chance ${chance[r].toFixed(4)})`
  })
  return `${cells.join('  ')}  ${queries} among ${candidates}`
}

function rankingInWords({ meanReciprocalRank, ndcg, mapAtR, medianRank }: RetrievalResult): string {
  const figures = { MRR: meanReciprocalRank, NDCG: ndcg, 'MAP@R': mapAtR }
  const cells = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(3)}`)
  return [...cells, `median rank ${medianRank}`].join('  ')
}

/** In place of an error of 0: the exact interval of hits alone, or misses alone; of expectations that are equal, nothing. */
function certainty(recall: number, queries: number): string {
  if (recall > 0 && recall < 1) return ''
  const { low, high } = unanimousInterval(queries, recall === 1)
  return ` [${low.toFixed(3)}, ${high.toFixed(3)}]`
}

/** Where each asked pair is among all. */
function rowsOf(asked: readonly NamedPair[], all: readonly NamedPair[]): number[] {
  const named = ({ name, captions }: NamedPair) => [name, ...captions].join('\n')
  const rows = new Map(all.map((pair, row) => [named(pair), row]))
  return asked.map(pair => {
    const found = rows.get(named(pair))
    if (found !== undefined) return found
    const message = `evaluate: ${pair.place}: every pair must be among the candidates, this one is not`
    throw new ChiaroError('data', message)
  })
}

/** One figure of each direction's result. */
function pick<T>(
  both: BothDirections<RetrievalResult>,
  figure: (one: RetrievalResult) => T,
): BothDirections<T> {
  return { textToImage: figure(both.textToImage), imageToText: figure(both.imageToText) }
}
