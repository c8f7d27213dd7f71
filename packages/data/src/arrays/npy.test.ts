import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NumberArray } from './array.ts'
import { decodeNpy } from './decode-npy.ts'
import { encodeNpy } from './encode-npy.ts'

/** A file as the format's description has it, version 1.0 unless given. */
function file(header: string, data: readonly number[], version = 1): Uint8Array {
  const text = Buffer.from(`${header}\n`)
  const length = Buffer.alloc(version === 1 ? 2 : 4)
  length.writeUIntLE(text.length, 0, version === 1 ? 2 : 4)
  const magic = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1')
  return new Uint8Array(Buffer.concat([magic, length, text, Uint8Array.from(data)]))
}

const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`

test.each<[string, number[], NumberArray]>([
  ['|b1', [1, 0], Uint8Array.of(1, 0)],
  ['|u1', [255, 1], Uint8Array.of(255, 1)],
  ['|i1', [255, 1], Int8Array.of(-1, 1)],
  ['<u2', [1, 2, 3, 4], Uint16Array.of(513, 1027)],
  ['>u2', [1, 2, 3, 4], Uint16Array.of(258, 772)],
  ['<i2', [254, 255, 0, 1], Int16Array.of(-2, 256)],
  ['>i4', [255, 255, 255, 254, 0, 0, 1, 0], Int32Array.of(-2, 256)],
  ['<u4', [0, 0, 0, 128, 1, 0, 0, 0], Uint32Array.of(2 ** 31, 1)],
  ['<i8', [...Array(8).fill(255), 0, 0, 0, 0, 0, 0, 0, 1], BigInt64Array.of(-1n, 2n ** 56n)],
  ['>u8', [...Array(8).fill(255), 0, 0, 0, 0, 0, 0, 0, 1], BigUint64Array.of(2n ** 64n - 1n, 1n)],
  ['<f2', [0, 0x3c, 1, 0x80], Float32Array.of(1, -(2 ** -24))],
  ['>f2', [0xfc, 0, 0x7b, 0xff], Float32Array.of(Number.NEGATIVE_INFINITY, 65504)],
  ['>f4', [0xbf, 0xc0, 0, 0, 0x7f, 0xc0, 0, 0], Float32Array.of(-1.5, Number.NaN)],
  ['<f8', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, ...Array(8).fill(0)], Float64Array.of(1.5, 0)],
])('reads %s', (descr, data, values) => {
  expect(decodeNpy(file(header(descr, '2,'), data))).toEqual({ shape: [2], values })
})

test('reads every version, any order of keys, scalars and empty arrays', () => {
  const reordered = `{"shape": 1, 'shape': (1,), 'descr':'|u1','fortran_order':False}`
  for (const version of [1, 2, 3]) {
    expect(decodeNpy(file(header('|u1', '1, 2'), [3, 4], version)).shape).toEqual([1, 2])
    expect(decodeNpy(file(reordered, [9], version)).values[0]).toBe(9)
  }
  expect(decodeNpy(file(header('|u1', ''), [5]))).toEqual({ shape: [], values: Uint8Array.of(5) })
  const empty = decodeNpy(file(header('<f4', '0, 7, 3'), []))
  expect(empty).toEqual({ shape: [0, 7, 3], values: new Float32Array(0) })
})

test('brings Fortran order into C order', () => {
  // numpy.save(f, numpy.asfortranarray(numpy.arange(6, dtype='>f4').reshape(2, 3))), NumPy 2.4.6
  const saved =
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH' +
    '0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAQEAA' +
    'AD+AAABAgAAAQAAAAECgAAA='
  const expected = { shape: [2, 3], values: Float32Array.of(0, 1, 2, 3, 4, 5) }
  expect(decodeNpy(Buffer.from(saved, 'base64'))).toEqual(expected)
  // a[i, j, k] = 100 i + 10 j + k, the first axis fastest.
  const data: number[] = []
  for (const k of [0, 1]) for (const j of [0, 1, 2]) for (const i of [0, 1]) data.push(100 * i + 10 * j + k)
  const cube = decodeNpy(file(header('|u1', '2, 3, 2', 'True'), data))
  expect([...cube.values]).toEqual([0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121])
})

test('long integers of Python 2 are axes, other letters are none', () => {
  expect(decodeNpy(file(header('|u1', '2L, 3L'), [1, 2, 3, 4, 5, 6])).shape).toEqual([2, 3])
  for (const axes of ['L', '2LL', '2L 3', '1 2']) {
    expect(() => decodeNpy(file(header('|u1', axes), [1, 2]))).toThrow(/must have fewer bytes/)
  }
})

test('what is encoded is decoded, bit for bit, and is laid out as NumPy does', () => {
  const shapes = fc.array(fc.nat(4), { maxLength: 4 })
  const types = [
    Uint8Array,
    Int8Array,
    Uint16Array,
    Int16Array,
    Uint32Array,
    Int32Array,
    Float32Array,
    Float64Array,
  ]
  fc.assert(
    fc.property(shapes, fc.constantFrom(...types), (shape, ArrayType) => {
      const size = shape.reduce((a, b) => a * b, 1)
      const array = { shape, values: new ArrayType(Array.from({ length: size }, (_, i) => i - 3)) }
      const bytes = encodeNpy(array)
      expect(decodeNpy(bytes)).toEqual(array)
      expect((bytes.length - array.values.byteLength) % 64).toBe(0)
    }),
    { numRuns: 100, seed: 1 },
  )
  const big = { shape: [2], values: BigInt64Array.of(-1n, 2n ** 62n) }
  expect(decodeNpy(encodeNpy(big))).toEqual(big)
  expect(() => encodeNpy({ shape: [3], values: new Float32Array(2) })).toThrow(/values must be a typed array/)
})

test.each<[string, Uint8Array, RegExp]>([
  ['other bytes', Buffer.from('this is no npy file'), /byte 0: must be a \.npy file/],
  ['nothing', new Uint8Array(0), /byte 0: must be a \.npy file/],
  ['version 9', file('', [], 9), /byte 6: must have format version/],
  [
    'header beyond the end',
    file(header('|u1', '1,'), [1]).subarray(0, 40),
    /byte 8: must have a header of at most/,
  ],
  ['endless header', file(' '.repeat(10_000), [], 2), /byte 8: must have a header of at most/],
  ['objects', file(header('|O', '1,'), [1]), /byte 10: must be of booleans, integers or floats/],
  ['texts', file(header('<U3', '1,'), [1]), /must be of booleans/],
  ['f16', file(header('<f16', '1,'), [1]), /must be of booleans/],
  ['negative', file(header('|u1', '-1,'), [1]), /must be of booleans/],
  ['too few', file(header('<f4', '2,'), [1, 2, 3, 4]), /must have 8 bytes of shape \(2,\), got 4/],
  ['too many', file(header('|u1', '1,'), [1, 2]), /must have 1 bytes of shape \(1,\), got 2/],
  ['overflow', file(header('|u1', '4294967296, 4294967296'), [1]), /must have fewer bytes/],
  ['beyond 2⁵³', file(header('|u1', '0, 99999999999999999999'), []), /must have fewer bytes/],
  ['70 axes', file(header('|u1', '1, '.repeat(70)), [1]), /must have fewer bytes/],
])('refuses %s', (_, bytes, message) => {
  expect(() => decodeNpy(bytes, { name: 'x.npy' })).toThrow(message)
  expect(() => decodeNpy(bytes, { name: 'x.npy' })).toThrow(
    expect.objectContaining({ code: 'data', argument: 'x.npy' }),
  )
})
