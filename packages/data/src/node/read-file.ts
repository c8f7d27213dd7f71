import { readFile } from 'node:fs/promises'
import { dataError, type Origin, reasonOf } from '../data-error.ts'

/** A file's bytes; that it can't be read is an error that names it, and the row that asked for it. */
export async function readBytes(where: string, file: string, origin: Origin = { file }): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw dataError(where, origin, unreadable(file, error), { cause: error })
  }
}

export function unreadable(file: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return `${file} must exist, got nothing of that name`
  if (code === 'EISDIR') return `${file} must be a file, got a folder`
  return `${file} must be a readable file, got ${reasonOf(error)}`
}
