import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataError, reasonOf } from '../../data-error.ts'
import { unreadable } from '../read-file.ts'
import { replaceFile } from '../write-file.ts'

/** `index.json`: what an index is, beside its table. */
export interface IndexFile {
  readonly schemaVersion: 1
  readonly rows: number
  readonly dimension: number
  readonly partitions: number
  readonly subVectors: number
  /** The table's version that is whole: what a process that was killed has added since is not looked at. */
  readonly tableVersion: number
  /** What its maker says of it. */
  readonly about: Readonly<Record<string, unknown>>
}

const pathOf = (folder: string) => join(folder, 'index.json')

export async function writeIndexFile(folder: string, file: IndexFile): Promise<void> {
  await replaceFile(pathOf(folder), partial => writeFile(partial, `${JSON.stringify(file, undefined, 2)}\n`))
}

/** @throws ChiaroError ('data') that names the file: none there, damaged, of another version */
export async function readIndexFile(where: string, folder: string): Promise<IndexFile> {
  const file = pathOf(folder)
  const text = await readFile(file, 'utf8').catch(error => {
    throw dataError(where, { file }, unreadable(file, error), { cause: error })
  })
  const fail = (got: string, cause?: unknown) =>
    dataError(where, { file }, `must be what chiaro index writes, of schemaVersion 1, got ${got}`, { cause })
  let found: Partial<IndexFile> | null
  try {
    found = JSON.parse(text)
  } catch (error) {
    throw fail(reasonOf(error), error)
  }
  const numbers = ['rows', 'dimension', 'partitions', 'subVectors', 'tableVersion'] as const
  const whole = found?.schemaVersion === 1 && numbers.every(name => Number.isSafeInteger(found?.[name]))
  if (!whole || typeof found?.about !== 'object') throw fail(text.slice(0, 40))
  return found as IndexFile
}
