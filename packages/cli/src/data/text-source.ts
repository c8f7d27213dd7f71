import { resolve } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { readTexts } from '@chiaro/data/node'
import type { Texts } from '@chiaro/tasks'
import { type DataFingerprint, digest } from '@chiaro/train'
import type { Command } from 'commander'
import * as z from 'zod/mini'
import type { Labels } from './labels.ts'
import { namedClasses } from './named-classes.ts'
import { givenTextFlags, storedTextFlags, type TextFlags, textFlags } from './text-flags.ts'

/** How a file of texts is read. */
export interface TextColumns extends TextFlags {
  readonly textColumn?: string
  readonly labelColumn?: string
}

export interface TextsFlags extends TextColumns {
  readonly texts: string
}

/** Where texts come from; an absolute path, as `run.json` keeps it. */
export const textSourceSchema = z.object({
  texts: z.string(),
  textColumn: z.optional(z.string()),
  labelColumn: z.optional(z.string()),
  ...storedTextFlags,
})

export type TextSource = z.infer<typeof textSourceSchema>

/** Texts with what their rows say of them. */
export interface ReadTexts extends Texts {
  /** Where a column of them was read. */
  readonly classNames?: readonly string[]
}

/** Adds the flags that choose texts. */
export function textsFlags(command: Command): Command {
  return textFlags(command)
    .requiredOption('--texts <file>', 'a line a sentence: .txt; or columns: CSV, TSV, .jsonl, .parquet')
    .option('--text-column <name>', 'column of sentences (default: text)')
    .option('--label-column <name>', 'column of classes, for --objective supcon or --probe')
}

export function textSource({ texts, ...columns }: TextsFlags): TextSource {
  return { texts: resolve(texts), ...givenColumns(columns) }
}

const givenColumns = ({ textColumn, labelColumn, ...flags }: TextColumns) => ({
  ...{ textColumn, labelColumn },
  ...givenTextFlags(flags),
})

/** Reads texts, and their classes where a column of them is named. */
export async function openTexts({ texts: file, ...columns }: TextSource): Promise<ReadTexts> {
  const read = await readTexts(file, columns)
  const placeOf = (row: number) => `${file}:${read[row].row}`
  const texts = { texts: read.map(({ text }) => text), placeOf }
  if (columns.labelColumn === undefined) return texts
  const { labels, classNames } = namedClasses(read.map(({ label = '' }) => label))
  return { ...texts, classes: labels, classNames }
}

/**
 * Reads other texts for a run, or those it was trained on: written as flags say, or as its own were.
 *
 * @param source of the run, as `run.json` has it; a run that a program made has none
 */
export async function openTextsFor(
  where: string,
  source: unknown,
  file: string | undefined,
  flags: TextColumns = {},
): Promise<ReadTexts> {
  const known = textSourceSchema.safeParse(source)
  const own = known.success ? known.data : undefined
  const texts = file ?? own?.texts
  if (texts === undefined) {
    const problem = 'a run that a program made has no texts: --texts must be given'
    throw new ChiaroError('run', `${where}: ${problem}`, '--texts')
  }
  const plain = /\.txt$/i.test(texts)
  const given = Object.entries(givenColumns(flags)).filter(([, value]) => value !== undefined)
  // Columns of the run's own file say nothing of a file without any.
  const before =
    plain && file !== undefined
      ? {}
      : { ...own, labelColumn: file === undefined ? own?.labelColumn : undefined }
  return openTexts({ ...before, ...Object.fromEntries(given), texts })
}

/** Texts with their classes. */
export interface LabelledTexts extends Labels {
  readonly texts: readonly string[]
}

/** The texts with their classes, of a column that was named. */
export function labelledTexts({ texts, classes, classNames }: ReadTexts): LabelledTexts {
  return { texts, labels: classes ?? new Int32Array(), classNames: classNames ?? [] }
}

/** What texts are told by. */
export function fingerprintOfTexts({ texts, classes }: Texts): DataFingerprint {
  return {
    texts: texts.length,
    contents: digest(texts),
    ...(classes !== undefined && { labels: digest([new Uint8Array(classes.buffer)]) }),
  }
}
