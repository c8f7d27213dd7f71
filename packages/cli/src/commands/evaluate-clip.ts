import { dirname, resolve } from 'node:path'
import { useBackend } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import type { Pair } from '@chiaro/data/node'
import { loadClip } from '../clip/load.ts'
import { disposeClip } from '../clip/model.ts'
import { loadPairs } from '../clip/pairs.ts'
import { meanRecall, pick, retrieval } from '../clip/retrieval.ts'
import type { CommonOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export interface EvaluateClipOptions extends CommonOptions {
  readonly pairs?: string
  readonly images?: string
  /** Pairs to tell the asked ones from; must hold them too. Default: the asked ones. */
  readonly candidates?: string
  readonly imageColumn: string
  readonly textColumn: string
  /** Default: the best where validation chose one, else the latest. */
  readonly checkpoint?: 'best' | 'latest'
}

/** `chiaro evaluate`: retrieval recall of a CLIP run in both directions, beside chance. */
export async function evaluateClip(
  folder: string,
  options: EvaluateClipOptions,
  terminal: Terminal,
): Promise<void> {
  const { pairs, imageColumn, textColumn } = options
  if (pairs === undefined) {
    throw new ChiaroError('data', 'evaluate: a clip run needs --pairs', '--pairs')
  }
  await useBackend(options.backend, options)
  const model = await loadClip(folder, options.checkpoint)
  const images = resolve(options.images ?? dirname(pairs))
  const load = (file: string) =>
    loadPairs(file, { images, imageColumn, textColumn }, model.config.imageSize, terminal)
  const asked = await load(pairs)
  const all = options.candidates === undefined ? asked : await load(options.candidates)
  const both = await retrieval(model, all, rowsOf(asked.pairs, all.pairs))
  terminal.result({
    retrieval: pick(both, ({ recalls }) => recalls),
    standardErrors: pick(both, ({ standardErrors }) => standardErrors),
    chance: pick(both, ({ chance }) => chance),
    queries: pick(both, ({ queries }) => queries),
    candidates: pick(both, ({ candidates }) => candidates),
    meanRecall: meanRecall(both),
  })
  for (const [name, one] of [
    ['text → image', both.textToImage],
    ['image → text', both.imageToText],
  ] as const) {
    const { recalls, standardErrors, chance, queries, candidates } = one
    const cells = (['r1', 'r5', 'r10'] as const).map(
      r =>
        `R@${r.slice(1)} ${recalls[r].toFixed(3)} ± ${standardErrors[r].toFixed(3)} (chance ${chance[r].toFixed(4)})`,
    )
    terminal.print(`${name}: ${cells.join('  ')}  ${queries} among ${candidates}`)
  }
  disposeClip(model)
}

/** Where each asked pair is among all. */
function rowsOf(asked: readonly Pair[], all: readonly Pair[]): number[] {
  const rows = new Map(all.map(({ image, text }, row) => [`${image}\n${text}`, row]))
  return asked.map(({ image, text, file, row }) => {
    const found = rows.get(`${image}\n${text}`)
    if (found !== undefined) return found
    throw new ChiaroError(
      'data',
      `evaluate: ${file}:${row}: every pair must be among the candidates, this one is not`,
    )
  })
}
