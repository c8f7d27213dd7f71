import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { ChiaroError } from '@chiaro/core'
import type { ColumnTable } from '@chiaro/data'
import type { DataFingerprint } from '@chiaro/train'

/** The SHA-256 of texts and bytes, one after another, in few digits: told apart, not proved. */
export function digest(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex').slice(0, 24)
}

/** The digest of a file's bytes. */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(file)) hash.update(bytes)
  return hash.digest('hex').slice(0, 24)
}

/** Files that are looked at at a time. */
const atATime = 64

/**
 * What files are told by: how many, how they are called, how large they are and what is in them. Each is read once more
 * for it, which takes a small part of the time that decoding them does.
 */
export async function fingerprintOfFiles(
  files: readonly { readonly path: string; readonly name: string }[],
): Promise<DataFingerprint> {
  const [sizes, contents]: [string[], string[]] = [[], []]
  for (let from = 0; from < files.length; from += atATime) {
    const some = files.slice(from, from + atATime)
    const found = await Promise.all(some.map(({ path }) => orMissing(stat(path))))
    sizes.push(...found.map(one => String(one?.size)))
    const read = await Promise.all(some.map(({ path }) => orMissing(digestOfFile(path))))
    contents.push(...read.map(String))
  }
  const names = digest(files.map(({ name }) => name))
  return { files: files.length, names, sizes: digest(sizes), contents: digest(contents) }
}

/** Undefined for what is not there or not to be read, as bad ones that were left out may be; a disk that fails is an error. */
async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR', 'ELOOP']
    if (missing.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** What a table is told by: its columns with their kinds, its rows, and what is in them. */
export function fingerprintOfTable({ columns, rowCount }: ColumnTable): DataFingerprint {
  return {
    rows: rowCount,
    columns: columns.map(({ name }) => name).join(', '),
    kinds: columns.map(({ kind }) => kind).join(', '),
    contents: digest(
      columns.map(column =>
        column.kind === 'numeric'
          ? new Uint8Array(column.values.buffer, column.values.byteOffset, column.values.byteLength)
          : column.values.map(value => value ?? '').join('\0'),
      ),
    ),
  }
}

/**
 * Refuses data that are not those of the run.
 *
 * @throws ChiaroError ('data') that says what changed, and how to go on all the same
 */
export function checkFingerprint(
  folder: string,
  before: DataFingerprint | undefined,
  now: DataFingerprint,
): void {
  if (before === undefined) return
  // Runs of before may lack contents, where they were told by sizes alone.
  const asked = Object.keys({ ...before, ...now }).filter(
    name => !name.endsWith('contents') || before[name] !== undefined,
  )
  const changed = asked.filter(name => before[name] !== now[name])
  if (changed.length === 0) return
  const said = changed
    .map(name => `${name} (${before[name] ?? 'none'}, now ${now[name] ?? 'none'})`)
    .join('; ')
  const advice = '--accept-changed-data goes on with them, encoded as the run encodes'
  throw new ChiaroError(
    'data',
    `resume: the data of ${folder} have changed: ${said}; ${advice}`,
    '--accept-changed-data',
  )
}
