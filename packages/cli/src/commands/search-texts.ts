import { ChiaroError, conflictError, disposeModel } from '@chiaro/core'
import type { CommandContext } from '../context.ts'
import type { TextColumns } from '../data/text-source.ts'
import { type CheckpointOption, openTrained, type TaskRun } from '../open-run.ts'
import { embeddedTexts, openTextGallery } from '../text-gallery.ts'
import { nothingNearest } from './all-alike.ts'
import { nearestAmong } from './nearest-among.ts'

export interface TextSearchOptions extends CheckpointOption, TextColumns {
  /** What to look for. */
  readonly text?: string
  readonly texts?: string
  readonly top: number
}

/** The sentences whose embeddings are nearest to that of a text, best first. */
export async function searchTexts(
  run: TaskRun,
  { text, top, ...options }: TextSearchOptions,
  { terminal, signal }: CommandContext,
): Promise<void> {
  if (text === undefined) throw conflictError('search', '--text', 'a run over sentences needs --text')
  const model = await openTrained(run, options)
  try {
    const opened = { ...run, model }
    const asked = await embeddedTexts('search', opened, [text])
    if (asked.vectors.every(value => value === 0)) {
      const problem = `--text must have a word that the run knows, got ${JSON.stringify(text)}`
      throw new ChiaroError('data', `search: ${problem}`, '--text')
    }
    const gallery = await openTextGallery('search', opened, options)
    const named = { ...gallery, names: gallery.texts }
    const { nearest, alike } = await nearestAmong(asked.vectors, named, { top, signal })
    const found = nearest.map(({ name, score }) => ({ text: name, score }))
    terminal.result({ text, found, ...(alike && { alike }) })
    if (alike !== undefined) terminal.print(nothingNearest(alike, 'sentences'))
    for (const one of found) terminal.print(`${one.score.toFixed(3)}  ${one.text}`)
  } finally {
    disposeModel(model)
  }
}
