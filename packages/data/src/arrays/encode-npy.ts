import { typeError } from '@chiaro/core'
import { type HostArray, sizeOf } from './array.ts'
import { npyMagic } from './npy-header.ts'

const descriptions = new Map<unknown, string>([
  [Uint8Array, '|u1'],
  [Int8Array, '|i1'],
  [Uint16Array, '<u2'],
  [Int16Array, '<i2'],
  [Uint32Array, '<u4'],
  [Int32Array, '<i4'],
  [BigUint64Array, '<u8'],
  [BigInt64Array, '<i8'],
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
])

/**
 * An array as NumPy's .npy, format 1.0: C order, little-endian, as every machine that runs JavaScript stores numbers.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws TypeError when the values are no typed array of the shape's size
 *
 * @example
 * ```ts
 * import { decodeNpy, encodeNpy } from '@chiaro/data'
 *
 * const bytes = encodeNpy({ shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }) // numpy.load reads it
 * console.log(decodeNpy(bytes).shape) // [2, 2]
 * ```
 */
export function encodeNpy({ shape, values }: HostArray): Uint8Array {
  const descr = descriptions.get(values.constructor) ?? descriptionOfSubclass(values)
  if (descr === undefined || values.length !== sizeOf(shape)) {
    const got = `${values.length} in a ${values.constructor.name}`
    throw typeError('encodeNpy', 'values', `a typed array of shape [${shape.join(', ')}]`, got)
  }
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`
  // The header ends with a line feed and makes the numbers begin at a multiple of 64 bytes.
  const prefix = npyMagic.length + 4
  const header = `${text.padEnd(Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix - 1)}\n`
  const out = new Uint8Array(prefix + header.length + values.byteLength)
  out.set(npyMagic)
  out[npyMagic.length] = 1
  new DataView(out.buffer).setUint16(npyMagic.length + 2, header.length, true)
  out.set(new TextEncoder().encode(header), prefix)
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), prefix + header.length)
  return out
}

/** Node's Buffer is a Uint8Array by another constructor. */
function descriptionOfSubclass(values: unknown): string | undefined {
  return values instanceof Uint8Array ? '|u1' : undefined
}
