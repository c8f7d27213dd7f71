import { checkNumber } from '@chiaro/core'
import { zipSync } from 'fflate'
import { readZip } from './read-zip.ts'
import { decodeRun, encodeRun, type ReadRun, type SavedRun } from './run-codec.ts'

/** The folder in the ZIP. */
const folder = 'run'

/**
 * A run as the bytes of one ZIP file; unpacked, it is a run folder of the command.
 *
 * @example
 * ```ts
 * import { packRun, unpackRun } from '@chiaro/train'
 *
 * const info = { task: 'demo', config: {}, seed: 1, backend: { name: 'cpu' }, packages: {} }
 * const bytes = packRun({ info, latest: { step: 5, model: {}, optimizer: {}, state: {} } })
 * // To a file, a database, IndexedDB; and from anywhere, with a bound on what it may unpack to.
 * console.log(unpackRun(bytes, { largest: 2 ** 20 }).info.task)
 * ```
 */
export function packRun(run: SavedRun): Uint8Array {
  const files = [...encodeRun(run)].map(([path, bytes]) => [`${folder}/${path}`, bytes])
  // Weights hardly shrink, and a run that is saved often should not wait for it.
  return zipSync(Object.fromEntries(files), { level: 1 })
}

export interface UnpackRunOptions {
  /** The most bytes that the run's files may have together, unpacked. Default 1 GiB. */
  readonly largest?: number
}

/**
 * Reads what `packRun` made, or a run folder packed as a ZIP. Checksums are verified.
 *
 * @throws ChiaroError ('run') that names the bytes or the file: no ZIP, one that is cut off or damaged, more than
 *   `largest` bytes; and what `decodeRun` throws. RangeError unless `largest` is positive
 * @see `packRun` for an example
 */
export function unpackRun(bytes: Uint8Array, { largest = 2 ** 30 }: UnpackRunOptions = {}): ReadRun {
  const where = 'unpackRun'
  checkNumber(where, { largest }, { above: 0, most: Number.POSITIVE_INFINITY })
  return decodeRun(readZip(where, bytes, { largest }))
}
