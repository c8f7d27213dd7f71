import { describe, expect, it } from 'vitest'
import { fillPhilox, multiplyHigh, type PhiloxCounter, type PhiloxKey } from './philox.ts'

function hex(words: Iterable<number | bigint>): string[] {
  return Array.from(words, word => word.toString(16).padStart(8, '0'))
}

function block(counter: PhiloxCounter, key: PhiloxKey): string[] {
  const words = new Uint32Array(4)
  fillPhilox(words, key, counter)
  return hex(words)
}

/** The paper's round on BigInt: an oracle for counters that the published vectors leave out. */
function blockByBigInt(counter: PhiloxCounter, key: PhiloxKey): string[] {
  const mask = 0xffffffffn
  let [a, b, c, d] = counter.map(BigInt)
  let [k0, k1] = key.map(BigInt)
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * a
    const p1 = 0xcd9e8d57n * c
    ;[a, b, c, d] = [(p1 >> 32n) ^ b ^ k0, p1 & mask, (p0 >> 32n) ^ d ^ k1, p0 & mask]
    k0 = (k0 + 0x9e3779b9n) & mask
    k1 = (k1 + 0xbb67ae85n) & mask
  }
  return hex([a, b, c, d])
}

describe('Philox4x32-10', () => {
  // Known answers published with Random123 in kat_vectors, lines "philox4x32 10".
  it.each([
    ['zeros', [0, 0, 0, 0], [0, 0], ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']],
    [
      'ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      ['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'],
    ],
    [
      'the digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      ['d16cfe09', '94fdcceb', '5001e420', '24126ea1'],
    ],
  ] as const)('gives the published words for %s', (_, counter, key, words) => {
    expect(block(counter, key)).toEqual(words)
    expect(blockByBigInt(counter, key)).toEqual(words)
  })

  it('counts blocks up with a carry, and may stop within a block', () => {
    const key: PhiloxKey = [7, 9]
    const words = new Uint32Array(11)
    fillPhilox(words, key, [0xffffffff, 5, 3, 2])
    const expected = [
      ...blockByBigInt([0xffffffff, 5, 3, 2], key),
      ...blockByBigInt([0, 6, 3, 2], key),
      ...blockByBigInt([1, 6, 3, 2], key),
    ]
    expect(hex(words)).toEqual(expected.slice(0, 11))
  })

  it('has a multiplyHigh equal to the upper half of the exact product', () => {
    const cases = [0, 1, 2, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xdeadbeef, 0xfffffffe, 0xffffffff]
    for (const a of cases)
      for (const b of cases) expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n))
  })
})
