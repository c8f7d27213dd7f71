import { ChiaroError } from '@chiaro/core'

/** JSON as people read it: indented, with a last newline. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
}

/** The JSON object in a run's file. @throws ChiaroError ('run') that names the file */
export function decodeJsonObject(path: string, bytes: Uint8Array): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw new ChiaroError('run', `${path}: must be JSON, got something else`, path, { cause: error })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ChiaroError('run', `${path}: must be a JSON object, got ${JSON.stringify(value)}`, path)
  }
  return value as Record<string, unknown>
}
