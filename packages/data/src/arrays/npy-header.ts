import { dataError } from '../data-error.ts'
import { sizeOf } from './array.ts'

/** What a .npy file says of its numbers. */
export interface NpyHeader {
  /** 'f4', 'i8', …: kind and bytes of a number. */
  readonly type: string
  readonly width: number
  readonly bigEndian: boolean
  /** Whether the first axis runs fastest. */
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  readonly size: number
  /** Where the numbers begin. */
  readonly start: number
}

export const npyMagic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)

/** NumPy's own limit of a header that it parses. */
export const longestHeader = 10_000
/** NumPy's own limit of axes. */
const mostAxes = 64

/**
 * Reads the header of a .npy file, formats 1.0 to 3.0, and compares it with the length of the file: three keys in any
 * order, a Python literal each.
 *
 * @param bytes the file, or its beginning (more than the longest header), with `fileSize`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws ChiaroError ('data') that names file and byte
 */
export function readNpyHeader(
  where: string,
  file: string,
  bytes: Uint8Array,
  fileSize: number = bytes.length,
): NpyHeader {
  const fail = (offset: number, problem: string) => dataError(where, { file, offset }, problem)
  if (bytes.length < 10 || npyMagic.some((byte, i) => bytes[i] !== byte)) {
    throw fail(0, 'must be a .npy file, got other bytes')
  }
  const version = bytes[6]
  if (version < 1 || version > 3) throw fail(6, `must have format version 1, 2 or 3, got ${version}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const prefix = version === 1 ? 10 : 12
  if (bytes.length < prefix) throw fail(8, `must have a header, got ${bytes.length} bytes`)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > longestHeader || prefix + length > bytes.length) {
    const room = Math.min(longestHeader, bytes.length - prefix)
    throw fail(8, `must have a header of at most ${room} bytes, got ${length}`)
  }
  const text = new TextDecoder().decode(bytes.subarray(prefix, prefix + length))
  const fields = text.match(/^\{(.*)\}\s*$/s)?.[1]
  const descr = fields?.match(/'descr'\s*:\s*'([<>|=])([biuf])(\d{1,2})'/)
  const order = fields?.match(/'fortran_order'\s*:\s*(True|False)/)
  const axes = fields?.match(/'shape'\s*:\s*\(([\d\s,L]*)\)/)
  if (!descr || !order || !axes || !(`${descr[2]}${descr[3]}` in numberWidths)) {
    const got = text.trim().slice(0, 200)
    throw fail(prefix, `must be of booleans, integers or floats (descr, fortran_order, shape), got ${got}`)
  }
  const shape = axes[1]
    .split(',')
    .map(axis => axis.trim())
    .filter(axis => axis !== '')
    // Python 2 wrote long integers as 2L.
    .map(axis => (/^\d+L?$/.test(axis) ? Number.parseInt(axis, 10) : Number.NaN))
  const type = `${descr[2]}${descr[3]}` as keyof typeof numberWidths
  const width = numberWidths[type]
  const size = shape.length <= mostAxes && shape.every(Number.isSafeInteger) ? sizeOf(shape) : undefined
  const start = prefix + length
  if (size === undefined || size * width !== fileSize - start) {
    const expected = size === undefined ? 'fewer' : String(size * width)
    throw fail(start, `must have ${expected} bytes of shape (${axes[1].trim()}), got ${fileSize - start}`)
  }
  return { type, width, bigEndian: descr[1] === '>', fortranOrder: order[1] === 'True', shape, size, start }
}

const numberWidths = { b1: 1, i1: 1, u1: 1, i2: 2, u2: 2, i4: 4, u4: 4, i8: 8, u8: 8, f2: 2, f4: 4, f8: 8 }
