import { expect, it } from 'vitest'
import { decodeSafetensors } from './safetensors.ts'
import { narrowInt64, widenBfloat16, widenFloat16 } from './widen.ts'

const bytesOf = (...halves: number[]) => Uint8Array.from(halves.flatMap(half => [half & 255, half >> 8]))

it('widens float16 of the standard', () => {
  // IEEE 754-2019's binary16: one, −2, the largest, the smallest normal and subnormal numbers, 1/3, the specials.
  const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x7c00, 0xfc00, 0x8000]
  const expected = [1, -2, 65504, 2 ** -14, 2 ** -24, 0.333251953125, Infinity, -Infinity, -0]
  expect(Array.from(widenFloat16(bytesOf(...bits)))).toEqual(expected)
  expect(widenFloat16(bytesOf(0x7e00))[0]).toBeNaN()
})

it('widens bfloat16: the upper half of a float32', () => {
  const values = [1, -2, 3.140625, 2 ** -130, Infinity, -0]
  const halves = values.map(value => new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16)
  expect(Array.from(widenBfloat16(bytesOf(...halves)))).toEqual(values)
})

it('narrows int64 that fit, and says which does not', () => {
  const bytes = (...values: bigint[]) => new Uint8Array(BigInt64Array.from(values).buffer)
  expect(narrowInt64(bytes(0n, -1n, 2_147_483_647n))).toEqual(Int32Array.of(0, -1, 2_147_483_647))
  expect(narrowInt64(bytes(1n, 2_147_483_648n))).toBe(2_147_483_648n)
})

it('reads them from files', () => {
  const entry = (dtype: string, begin: number, end: number) => ({
    dtype,
    shape: [1],
    data_offsets: [begin, end],
  })
  const header = { a: entry('F16', 0, 2), b: entry('BF16', 2, 4), c: entry('I64', 4, 12) }
  const file = (last: number) => {
    const json = new TextEncoder().encode(JSON.stringify(header))
    const bytes = new Uint8Array(8 + json.length + 12)
    bytes[0] = json.length
    bytes.set(json, 8)
    bytes.set([0, 0xc0, 0x80, 0x3f, 7, 0, 0, 0, 0, 0, 0, last], 8 + json.length)
    return bytes
  }
  const { tensors } = decodeSafetensors(file(0))
  expect(tensors.a).toEqual({ dtype: 'float32', shape: [1], values: Float32Array.of(-2) })
  expect(tensors.b).toEqual({ dtype: 'float32', shape: [1], values: Float32Array.of(1) })
  expect(tensors.c).toEqual({ dtype: 'int32', shape: [1], values: Int32Array.of(7) })
  expect(() => decodeSafetensors(file(1))).toThrow(
    /c must have integers that int32 holds, got 72057594037927943/,
  )
})
