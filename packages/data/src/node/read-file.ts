import { readFile, stat } from 'node:fs/promises'
import { ChiaroError } from '@chiaro/core'
import { dataError, type Origin, reasonOf } from '../data-error.ts'

/** A file's bytes; that it can't be read is an error that names it, and the row that asked for it. */
export async function readBytes(
  where: string,
  file: string,
  origin: Origin = { file },
  largest?: number,
): Promise<Buffer> {
  try {
    if (largest !== undefined) {
      const { size } = await stat(file)
      if (size > largest) {
        throw dataError(where, origin, `${file} must have at most ${largest} bytes, got ${size}`)
      }
    }
    return await readFile(file)
  } catch (error) {
    if (error instanceof ChiaroError) throw error
    throw dataError(where, origin, unreadable(file, error), { cause: error })
  }
}

export function unreadable(file: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return `${file} must exist, got nothing of that name`
  if (code === 'EISDIR') return `${file} must be a file, got a folder`
  return `${file} must be a readable file, got ${reasonOf(error)}`
}
