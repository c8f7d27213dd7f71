import { gunzipSync } from 'node:zlib'
import { rangeError } from '@chiaro/core'
import { dataError, reasonOf } from '../data-error.ts'
import { readBytes } from './read-file.ts'

/** An array of an IDX file. */
export interface IdxArray {
  /** Row-major: the last axis runs fastest. */
  readonly shape: readonly number[]
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
}

export interface ReadIdxOptions {
  /** The most bytes the array may have, unpacked. Default 1 GiB. */
  readonly largest?: number
}

/** By the header's third byte: the array type, and how to read one big-endian number. */
const types = {
  8: [Uint8Array, (view: DataView, at: number) => view.getUint8(at)],
  9: [Int8Array, (view: DataView, at: number) => view.getInt8(at)],
  11: [Int16Array, (view: DataView, at: number) => view.getInt16(at)],
  12: [Int32Array, (view: DataView, at: number) => view.getInt32(at)],
  13: [Float32Array, (view: DataView, at: number) => view.getFloat32(at)],
  14: [Float64Array, (view: DataView, at: number) => view.getFloat64(at)],
} as const

/**
 * Reads an IDX file, as MNIST and Fashion-MNIST come in (LeCun's format): two zeros, the type, the number of axes, a
 * big-endian int32 an axis, then the numbers. Gzip is told by its first bytes, not by the name.
 *
 * @throws ChiaroError ('data') that names the file: unreadable or truncated gzip, no IDX header, a header that asks for
 *   more than `largest` or that does not fit the bytes that follow; RangeError unless `largest` is positive
 */
export async function readIdx(file: string, { largest = 2 ** 30 }: ReadIdxOptions = {}): Promise<IdxArray> {
  const where = 'readIdx'
  if (!(largest > 0)) throw rangeError(where, 'largest', 'positive', String(largest))
  const bytes = await unpacked(where, file, largest)
  const fail = (problem: string) => dataError(where, { file }, problem)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint16(0) !== 0 || !(bytes[2] in types) || bytes[3] === 0) {
    const got = bytes.length === 0 ? 'nothing' : Buffer.from(bytes.subarray(0, 4)).toString('hex')
    throw fail(`must begin with an IDX header (0000, a type, the number of axes), got ${got}`)
  }
  const [ArrayType, read] = types[bytes[2] as keyof typeof types]
  const start = 4 + 4 * bytes[3]
  if (bytes.length < start)
    throw fail(`must have sizes of ${bytes[3]} axes, got ${bytes.length - 4} bytes of them`)
  const shape = Array.from({ length: bytes[3] }, (_, axis) => view.getUint32(4 + 4 * axis))
  const wanted = shape.reduce((product, size) => product * size, ArrayType.BYTES_PER_ELEMENT)
  if (wanted > largest) throw fail(`must hold at most ${largest} bytes, its header asks for ${wanted}`)
  if (bytes.length - start !== wanted) {
    throw fail(
      `must have ${wanted} bytes after its header [${shape.join(', ')}], got ${bytes.length - start}`,
    )
  }
  const values = new ArrayType(wanted / ArrayType.BYTES_PER_ELEMENT)
  if (values instanceof Uint8Array) values.set(bytes.subarray(start))
  else {
    for (let i = 0; i < values.length; i++) values[i] = read(view, start + i * ArrayType.BYTES_PER_ELEMENT)
  }
  return { shape, values }
}

/** The longest header: 255 axes. */
const longestHeader = 4 + 4 * 255

async function unpacked(where: string, file: string, largest: number): Promise<Uint8Array> {
  const packed = await readBytes(where, file)
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed
  try {
    return gunzipSync(packed, { maxOutputLength: largest + longestHeader })
  } catch (cause) {
    const problem = `must be whole gzip of at most ${largest} bytes, got ${reasonOf(cause)}`
    throw dataError(where, { file }, problem, { cause })
  }
}
