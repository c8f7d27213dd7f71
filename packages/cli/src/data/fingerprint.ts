import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { ChiaroError } from '@chiaro/core'
import type { ColumnTable } from '@chiaro/data'
import { changedData, type DataFingerprint, digest } from '@chiaro/train'

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
  const said = changedData(before, now)
  if (said === undefined) return
  const advice = '--accept-changed-data goes on with them, encoded as the run encodes'
  throw new ChiaroError(
    'data',
    `resume: the data of ${folder} have changed: ${said}; ${advice}`,
    '--accept-changed-data',
  )
}
