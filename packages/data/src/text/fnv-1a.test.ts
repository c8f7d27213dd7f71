import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fnv1a } from './fnv-1a.ts'

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the published hash of "%s"', (text, expected) => {
  expect(fnv1a(text)).toBe(expected)
})

test('equals the definition in unbounded integers, on any text and seed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (text, seed) => {
      let hash = 2166136261n ^ BigInt(seed)
      for (const byte of Buffer.from(text, 'utf8')) hash = ((hash ^ BigInt(byte)) * 16777619n) % 2n ** 32n
      expect(fnv1a(text, seed)).toBe(Number(hash))
    }),
  )
})
