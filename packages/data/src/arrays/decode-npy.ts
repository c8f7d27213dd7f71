import type { HostArray, NumberArray } from './array.ts'
import { readNpyHeader } from './npy-header.ts'

export interface DecodeNpyOptions {
  /** What errors call the bytes. Default '.npy'. */
  readonly name?: string
}

const arrayTypes = {
  b1: Uint8Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
}

/**
 * The array of a .npy file's bytes: booleans (0, 1), integers of 8 to 64 bits, floats of 16 (widened to 32), 32 and 64,
 * either byte order; of Fortran order the values are brought into C order. Nothing is allocated before the header's
 * shape agrees with the bytes that are there.
 *
 * @throws ChiaroError ('data') that says at which byte: no .npy, other types (objects, texts, records), a shape that
 *   does not fit the bytes that follow
 * @see `encodeNpy` for an example
 */
export function decodeNpy(bytes: Uint8Array, { name = '.npy' }: DecodeNpyOptions = {}): HostArray {
  return npyArray('decodeNpy', name, bytes)
}

/** `decodeNpy` in the name of `where`. */
export function npyArray(where: string, file: string, bytes: Uint8Array): HostArray {
  const { type, width, bigEndian, fortranOrder, shape, size, start } = readNpyHeader(where, file, bytes)
  const copy = new Uint8Array(bytes.subarray(start))
  if (bigEndian && width > 1) reverseEach(copy, width)
  const values =
    type === 'f2'
      ? Float32Array.from(new Uint16Array(copy.buffer), halfToNumber)
      : new arrayTypes[type as keyof typeof arrayTypes](copy.buffer, 0, size)
  return { shape, values: fortranOrder ? toRowMajor(values, shape) : values }
}

function reverseEach(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse()
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

function toRowMajor<T extends NumberArray>(values: T, shape: readonly number[]): T {
  if (shape.filter(length => length !== 1).length < 2) return values
  const out = values.slice() as T
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, 1),
  )
  const index = new Array<number>(shape.length).fill(0)
  let from = 0
  for (let to = 0; to < values.length; to++) {
    out[to] = values[from]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1
      from += strides[axis]
      if (index[axis] < shape[axis]) break
      from -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return out
}
