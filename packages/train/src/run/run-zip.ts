import { ChiaroError } from '@chiaro/core'
import { unzipSync, zipSync } from 'fflate'
import { decodeRun, encodeRun, type ReadRun, type SavedRun } from './run-codec.ts'

/** The folder in the ZIP. */
const folder = 'run'

/** A run as the bytes of one ZIP file; unpacked, it is a run folder of the command. */
export function packRun(run: SavedRun): Uint8Array {
  const files = [...encodeRun(run)].map(([path, bytes]) => [`${folder}/${path}`, bytes])
  // Weights hardly shrink, and a run that is saved often should not wait for it.
  return zipSync(Object.fromEntries(files), { level: 1 })
}

/**
 * Reads what `packRun` made, or a run folder packed as a ZIP.
 *
 * @throws ChiaroError ('run') when it is no ZIP, and what `decodeRun` throws
 */
export function unpackRun(bytes: Uint8Array): ReadRun {
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(bytes)
  } catch (error) {
    const message = 'unpackRun: bytes must be a ZIP file, got something else or a damaged one'
    throw new ChiaroError('run', message, 'bytes', { cause: error })
  }
  return decodeRun(new Map(Object.entries(files)))
}
