import { writeFile } from 'node:fs/promises'
import type { HostArray } from '../arrays/array.ts'
import { npyArray } from '../arrays/decode-npy.ts'
import { npzArrays } from '../arrays/decode-npz.ts'
import { encodeNpy } from '../arrays/encode-npy.ts'
import { readBytes } from './read-file.ts'
import { replaceFile } from './write-file.ts'

/**
 * Reads a .npy file (`decodeNpy`).
 *
 * @throws ChiaroError ('data') that names file and byte: unreadable, no .npy, types other than numbers and booleans, a
 *   header that does not fit the file
 * @see `writeNpy` for an example
 */
export async function readNpy(file: string): Promise<HostArray> {
  return npyArray('readNpy', file, await readBytes('readNpy', file))
}

export interface ReadNpzOptions {
  /** The most bytes all arrays may have together, unpacked. Default 2 GiB. */
  readonly largest?: number
}

/**
 * Reads a .npz file (`decodeNpz`): arrays by their names.
 *
 * @throws ChiaroError ('data') that names file and member: unreadable, no zip, truncated, broken, more than `largest`
 *   bytes, a member that is no .npy; RangeError unless `largest` is positive
 *
 * @example
 * ```ts
 * import { readNpz } from '@chiaro/data/node'
 *
 * // Arrays that numpy.savez('digits.npz', x=…, y=…) wrote.
 * async function digits(file: string) {
 *   const { x, y } = await readNpz(file)
 *   return { shape: x.shape, labels: y.values }
 * }
 * console.log(digits.length)
 * ```
 */
export async function readNpz(
  file: string,
  { largest }: ReadNpzOptions = {},
): Promise<Record<string, HostArray>> {
  return npzArrays('readNpz', file, await readBytes('readNpz', file), largest)
}

/**
 * Writes an array as .npy (`encodeNpy`); the file is replaced in one step, its folder made if there is none.
 *
 * @throws TypeError when the values are no typed array of the shape's size
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readNpy, writeNpy } from '@chiaro/data/node'
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'npy-')), 'x.npy')
 * await writeNpy(file, { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) })
 * console.log(await readNpy(file))
 * ```
 */
export async function writeNpy(file: string, array: HostArray): Promise<void> {
  const bytes = encodeNpy(array)
  await replaceFile(file, partial => writeFile(partial, bytes))
}
