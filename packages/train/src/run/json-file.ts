import { ChiaroError } from '@chiaro/core'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** The SHA-256 of bytes, by which a flipped bit is found. */
export const checksum = (bytes: Uint8Array) => bytesToHex(sha256(bytes))

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

/** JSON whose last field, `checksum`, is the SHA-256 of the others. */
export function encodeSealed(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return encodeJson({ ...fields, checksum: checksum(encodeJson(fields)) })
}

/**
 * The fields of `encodeSealed`. A file without a checksum, of before or written by hand, is taken as it is.
 *
 * @param check looks at the fields first: a later version may be sealed in another way
 * @throws ChiaroError ('run') that names the file; what `check` throws
 */
export function decodeSealed(
  path: string,
  bytes: Uint8Array,
  check?: (fields: Readonly<Record<string, unknown>>) => void,
): Record<string, unknown> {
  const { checksum: expected, ...fields } = decodeJsonObject(path, bytes)
  check?.(fields)
  if (expected === undefined || expected === checksum(encodeJson(fields))) return fields
  const advice = 'it is damaged, or was changed: without its checksum it is taken as it is'
  throw new ChiaroError('run', `${path}: must have the checksum that it says, got another; ${advice}`, path)
}
