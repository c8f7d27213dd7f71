import { dirname, resolve } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import type { Pair } from '@chiaro/data/node'
import type { BothDirections, RetrievalResult } from '@chiaro/evaluate'
import { meanRecall, retrieval } from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import { openPairs } from '../data/open-pairs.ts'
import type { SkipBadOption } from '../flags.ts'
import type { OpenedRun } from '../open-run.ts'

export interface RetrievalOptions extends SkipBadOption {
  readonly pairs?: string
  readonly images?: string
  /** Pairs to tell the asked ones from; must hold them too. Default: the asked ones. */
  readonly candidates?: string
  readonly imageColumn: string
  readonly textColumn: string
}

/** Retrieval recall of pairs in both directions, beside chance. */
export async function evaluateRetrieval(
  { task, config, model }: OpenedRun,
  { pairs, candidates, images, imageColumn, textColumn, skipBad }: RetrievalOptions,
  context: CommandContext,
): Promise<Readonly<Record<string, unknown>>> {
  const shape = task.imageShape?.(config)
  if (pairs === undefined || shape === undefined) {
    throw new ChiaroError('data', `evaluate: a ${task.name} run needs --pairs`, '--pairs')
  }
  const folder = resolve(images ?? dirname(pairs))
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
  }
  return {
    retrieval: pick(both, ({ recalls }) => recalls),
    standardErrors: pick(both, ({ standardErrors }) => standardErrors),
    chance: pick(both, ({ chance }) => chance),
    queries: pick(both, ({ queries }) => queries),
    candidates: pick(both, ({ candidates }) => candidates),
    meanRecall: meanRecall(both),
  }
}

function inWords({ recalls, standardErrors, chance, queries, candidates }: RetrievalResult): string {
  const cells = (['r1', 'r5', 'r10'] as const).map(
    r =>
      `R@${r.slice(1)} ${recalls[r].toFixed(3)} ± ${standardErrors[r].toFixed(3)} (chance ${chance[r].toFixed(4)})`,
  )
  return `${cells.join('  ')}  ${queries} among ${candidates}`
}

/** Where each asked pair is among all. */
function rowsOf(asked: readonly Pair[], all: readonly Pair[]): number[] {
  const rows = new Map(all.map(({ image, text }, row) => [`${image}\n${text}`, row]))
  return asked.map(({ image, text, file, row }) => {
    const found = rows.get(`${image}\n${text}`)
    if (found !== undefined) return found
    const message = `evaluate: ${file}:${row}: every pair must be among the candidates, this one is not`
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
