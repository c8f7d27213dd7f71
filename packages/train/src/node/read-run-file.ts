import { readdir, readFile } from 'node:fs/promises'
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

/** The names in a run's folder; one that is missing or can't be read is a ChiaroError ('run') that names it. */
export async function readRunFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : String(error)
    throw new ChiaroError('run', `${path}: must be a readable folder, ${problem}`, path, { cause: error })
  }
}

/** Whether something is there that the system won't read, as told from what is missing or damaged. */
export function isUnreadable({ cause }: ChiaroError): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return (
    typeof code === 'string' && code !== 'ENOENT' && (cause as NodeJS.ErrnoException).syscall !== undefined
  )
}
