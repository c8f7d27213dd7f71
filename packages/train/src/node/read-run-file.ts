import { readFile } from 'node:fs/promises'
import { ChiaroError } from '@chiaro/core'

/** The bytes of a run's file; a missing or unreadable one is a ChiaroError ('run') that names it. */
export async function readRunFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : String(error)
    throw new ChiaroError('run', `${path}: must be a readable file, ${problem}`, path, { cause: error })
  }
}
