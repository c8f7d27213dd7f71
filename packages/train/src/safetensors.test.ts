import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostTensor, HostTensors } from './host-tensors.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

/** A file made by hand from the format's description. */
function file(header: string | object, data: readonly number[], length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true)
  bytes.set(json, 8)
  bytes.set(data, 8 + json.length)
  return bytes
}
const f32 = (offsets: number[], shape = [1]) => ({ dtype: 'F32', shape, data_offsets: offsets })
const one = [0, 0, 128, 63] // 1.0 in float32: 0x3f800000, little-endian
const minusTwo = [0, 0, 0, 192] // −2.0: 0xc0000000

describe('decodeSafetensors', () => {
  it('reads bytes made by hand, wherever they lie in their buffer', () => {
    const bytes = file(
      {
        __metadata__: { format: 'pt' },
        flags: { dtype: 'BOOL', shape: [2], data_offsets: [12, 14] },
        ids: { dtype: 'I32', shape: [], data_offsets: [8, 12] },
        w: f32([0, 8], [1, 2]),
        none: f32([14, 14], [0, 3]),
      },
      [...one, ...minusTwo, 1, 1, 0, 0, 1, 0],
    )
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    for (const view of [bytes, shifted.subarray(3), Buffer.from(bytes)]) {
      const { tensors, metadata } = decodeSafetensors(view)
      expect(metadata).toEqual({ format: 'pt' })
      expect(tensors.w).toEqual({ dtype: 'float32', shape: [1, 2], values: Float32Array.of(1, -2) })
      expect(tensors.ids).toEqual({ dtype: 'int32', shape: [], values: Int32Array.of(257) })
      expect(tensors.flags).toEqual({ dtype: 'bool', shape: [2], values: Uint8Array.of(1, 0) })
      expect(tensors.none.values).toHaveLength(0)
    }
  })

  it.each([
    ['nothing', new Uint8Array(3), 'at least 8 bytes, got 3'],
    ['a length beyond the file', file({ w: f32([0, 4]) }, one, 1000n), "within the file's"],
    ['a length beyond all memory', file({ w: f32([0, 4]) }, one, 2n ** 63n), 'got 9223372036854775808'],
    ['a length cut short', file({ w: f32([0, 4]) }, one, 10n), 'the header must be JSON'],
    ['a list for a header', file('[]', []), 'a JSON object'],
    ['bytes that are no UTF-8', file('{"\uD800', []).with(10, 0xff), 'the header must be JSON'],
    ['metadata that are no strings', file({ __metadata__: { a: 1 } }, []), '__metadata__ must map strings'],
    ['an unknown dtype', file({ w: { ...f32([0, 4]), dtype: 'F64' } }, one), 'w must have dtype F32'],
    [
      'a prototype name as dtype',
      file({ w: { ...f32([0, 4]), dtype: 'toString' } }, one),
      'w must have dtype',
    ],
    ['a negative size', file({ w: f32([0, 4], [-1]) }, one), 'a shape of sizes, got [-1]'],
    ['a fractional size', file({ w: f32([0, 4], [0.5]) }, one), 'a shape of sizes'],
    ['offsets backwards', file({ w: f32([4, 0]) }, one), 'data_offsets [begin, end], got [4,0]'],
    ['offsets of three', file({ w: f32([0, 4, 4]) }, one), 'data_offsets'],
    ['too few bytes for the shape', file({ w: f32([0, 4], [2]) }, one), 'must have 8 bytes for [2], got 4'],
    ['overlapping tensors', file({ a: f32([0, 4]), b: f32([0, 4]) }, one), 'b must begin at byte 4'],
    ['a hole', file({ a: f32([0, 4]), b: f32([8, 12]) }, [...one, ...one, ...one]), 'leaves a hole'],
    ['data cut off', file({ a: f32([0, 4]), b: f32([4, 8]) }, one), 'must cover 4 bytes, got 8'],
    ['data left over', file({ a: f32([0, 4]) }, [...one, 0]), 'must cover 5 bytes, got 4'],
    ['an entry that is no object', file({ a: null }, []), 'a must have dtype'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message)
    expect(() => decodeSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'run' }))
  })
})

describe('encodeSafetensors', () => {
  it('writes the bytes of the format: length, padded header, data by alignment and name', () => {
    const bytes = encodeSafetensors({
      flag: { dtype: 'bool', shape: [1], values: Uint8Array.of(1) },
      b: { dtype: 'float32', shape: [1], values: Float32Array.of(-2) },
      a: { dtype: 'int32', shape: [1], values: Int32Array.of(257) },
    })
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      a: { dtype: 'I32', shape: [1], data_offsets: [0, 4] },
      b: f32([4, 8]),
      flag: { dtype: 'BOOL', shape: [1], data_offsets: [8, 9] },
    })
    expect(Array.from(bytes.subarray(8 + length))).toEqual([1, 1, 0, 0, ...minusTwo, 1])
  })

  it('gives back any bits, NaN payloads and names included', () => {
    const tensor = fc.uint8Array({ maxLength: 40 }).map((bytes): HostTensor => {
      const values = new Float32Array(bytes.slice(0, bytes.length & ~3).buffer)
      return { dtype: 'float32', shape: [values.length], values }
    })
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), tensor),
        fc.dictionary(fc.string(), fc.string()),
        (made, notes) => {
          fc.pre(!Object.hasOwn(made, '__metadata__'))
          fc.pre(!Object.hasOwn(notes, '__proto__'))
          const { tensors, metadata } = decodeSafetensors(encodeSafetensors(made, notes))
          expect(bits(tensors)).toEqual(bits(made))
          expect({ ...metadata }).toEqual({ ...notes })
        },
      ),
    )
  })

  it('refuses a reserved name and values that do not fill the shape', () => {
    const tensor: HostTensor = { dtype: 'float32', shape: [2], values: Float32Array.of(1) }
    expect(() => encodeSafetensors({ __metadata__: tensor })).toThrow('__metadata__')
    expect(() => encodeSafetensors({ w: tensor })).toThrow('w must have 2 values for [2], got 1')
  })
})

function bits(tensors: HostTensors): Record<string, unknown> {
  const entries = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    entries.map(([name, { values }]) => [
      name,
      Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    ]),
  )
}
