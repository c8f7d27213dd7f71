import { resolve } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import * as z from 'zod/mini'

/** Where pictures come from, and whether bad ones are left out; absolute paths, as `run.json` keeps them. */
const besides = {
  skipBad: z.optional(z.boolean()),
  /** Of a training that learns from classes: "own" or "idx:FILE". */
  labels: z.optional(z.string()),
}
export const pictureSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), folder: z.string(), ...besides }),
  z.object({ kind: z.literal('idx'), file: z.string(), ...besides }),
  z.object({ kind: z.literal('shards'), pattern: z.string(), ...besides }),
])

export type PictureSource = z.infer<typeof pictureSourceSchema>

/**
 * Reads `--images`: a folder, "idx:FILE" (gzip or not) or "wds:SHARDS.tar" with {000..009} in its name.
 *
 * @throws ChiaroError ('data') for another scheme or nothing behind it
 */
export function pictureSource(text: string): PictureSource {
  // One letter before a colon is a drive of Windows.
  const [, scheme, rest] = /^([a-z]{2,}):(.*)$/s.exec(text) ?? [undefined, 'folder', text]
  if (rest !== '' && scheme === 'folder') return { kind: 'folder', folder: resolve(rest) }
  if (rest !== '' && scheme === 'idx') return { kind: 'idx', file: resolve(rest) }
  if (rest !== '' && scheme === 'wds') return { kind: 'shards', pattern: resolve(rest) }
  const expected = 'a folder, idx:FILE or wds:SHARDS.tar'
  throw new ChiaroError('data', `--images must be ${expected}, got "${text}"`, '--images')
}

/** The source as messages name it. */
export function sourceName(source: PictureSource): string {
  if (source.kind === 'folder') return source.folder
  return source.kind === 'idx' ? source.file : source.pattern
}
