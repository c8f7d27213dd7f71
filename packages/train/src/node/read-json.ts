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

/** A JSON object from a run's file. @throws ChiaroError ('run') that names the file */
export async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  const text = new TextDecoder().decode(await readRunFile(path))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ChiaroError('run', `${path}: must be JSON, got something else`, path, { cause: error })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ChiaroError('run', `${path}: must be a JSON object, got ${JSON.stringify(value)}`, path)
  }
  return value as Record<string, unknown>
}
