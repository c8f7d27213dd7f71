import { checkNumber } from '@chiaro/core'
import { dataError } from '../data-error.ts'
import { type HostArray, sizeOf } from './array.ts'

/** An array of an IDX file. */
export interface IdxArray
  extends HostArray<Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array> {}

export interface DecodeIdxOptions {
  /** The most bytes the array may have, unpacked. Default 1 GiB. */
  readonly largest?: number
  /** What errors call the bytes. Default 'IDX'. */
  readonly name?: string
}

export const largestIdx = 2 ** 30

/** The longest header: 255 axes. */
export const longestIdxHeader = 4 + 4 * 255

/** By the header's third byte: the array type, and how to read one big-endian number. */
const idxTypes = {
  8: [Uint8Array, (view: DataView, at: number) => view.getUint8(at)],
  9: [Int8Array, (view: DataView, at: number) => view.getInt8(at)],
  11: [Int16Array, (view: DataView, at: number) => view.getInt16(at)],
  12: [Int32Array, (view: DataView, at: number) => view.getInt32(at)],
  13: [Float32Array, (view: DataView, at: number) => view.getFloat32(at)],
  14: [Float64Array, (view: DataView, at: number) => view.getFloat64(at)],
} as const

/**
 * The array of an IDX file's bytes, as MNIST and Fashion-MNIST come in (LeCun's format): two zeros, the type, the
 * number of axes, a big-endian uint32 an axis, then the numbers. Nothing is allocated before the header's sizes agree
 * with the bytes that are there.
 *
 * @throws ChiaroError ('data') that says at which byte: no IDX header, one that asks for more than `largest` or that
 *   does not fit the bytes that follow; RangeError unless `largest` is positive
 *
 * @example
 * ```ts
 * import { decodeIdx } from '@chiaro/data'
 *
 * // Two zeros, 8 for bytes, one axis, its length, then the numbers.
 * const { shape, values } = decodeIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1), { name: 'labels' })
 * console.log(shape, values)
 * ```
 */
export function decodeIdx(bytes: Uint8Array, { largest, name = 'IDX' }: DecodeIdxOptions = {}): IdxArray {
  return idxArray('decodeIdx', name, bytes, largest)
}

/** `decodeIdx` in the name of `where`. */
export function idxArray(where: string, file: string, bytes: Uint8Array, largest = largestIdx): IdxArray {
  checkNumber(where, { largest }, { above: 0, most: Number.POSITIVE_INFINITY })
  const fail = (offset: number, problem: string) => dataError(where, { file, offset }, problem)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint16(0) !== 0 || !(bytes[2] in idxTypes) || bytes[3] === 0) {
    const begin = Array.from(bytes.subarray(0, 4), byte => byte.toString(16).padStart(2, '0')).join('')
    throw fail(
      0,
      `must begin with an IDX header (0000, a type, the number of axes), got ${begin || 'nothing'}`,
    )
  }
  const [ArrayType, read] = idxTypes[bytes[2] as keyof typeof idxTypes]
  const width = ArrayType.BYTES_PER_ELEMENT
  const start = 4 + 4 * bytes[3]
  if (bytes.length < start) {
    throw fail(4, `must have sizes of ${bytes[3]} axes, got ${bytes.length - 4} bytes of them`)
  }
  const shape = Array.from({ length: bytes[3] }, (_, axis) => view.getUint32(4 + 4 * axis))
  const size = sizeOf(shape)
  if (size === undefined || size * width > largest) {
    const requested = size === undefined ? `[${shape.join(', ')}]` : size * width
    throw fail(4, `must hold at most ${largest} bytes, its header asks for ${requested}`)
  }
  if (bytes.length - start !== size * width) {
    const expected = `must have ${size * width} bytes after its header [${shape.join(', ')}]`
    throw fail(start, `${expected}, got ${bytes.length - start}`)
  }
  const values = new ArrayType(size)
  if (values instanceof Uint8Array) values.set(bytes.subarray(start))
  else for (let i = 0; i < values.length; i++) values[i] = read(view, start + i * width)
  return { shape, values }
}
