import { describe, expect, it } from 'vitest'
import { writePair } from './box-muller.ts'

describe('writePair', () => {
  it('is Box and Muller by Math’s functions, at the ends of both words’ ranges and between', () => {
    const ends = [0, 1, 2, 3, 2 ** 29, 2 ** 30 - 1, 2 ** 30, 2 ** 31, 3 * 2 ** 30, 2 ** 32 - 2, 2 ** 32 - 1]
    const between = Array.from({ length: 50 }, (_, i) => Math.floor(((i * 0.618034) % 1) * 2 ** 32))
    const pair = new Float32Array(2)
    for (const first of [...ends, ...between]) {
      for (const second of [...ends, ...between]) {
        writePair(first, second, pair, 0, 0.25, 3)
        const radius = 3 * Math.sqrt(-2 * Math.log((first + 0.5) * 2 ** -32))
        const angle = 2 * Math.PI * ((second + 0.5) * 2 ** -32)
        const expected = [0.25 + radius * Math.cos(angle), 0.25 + radius * Math.sin(angle)]
        // Float32's last place, and float64's near a sine's zero.
        expected.forEach((value, i) => {
          expect(Math.abs(pair[i] - value)).toBeLessThanOrEqual(6e-8 * Math.abs(value) + 1e-14)
        })
      }
    }
  })

  it('leaves out a second number that has no room', () => {
    const [one, two] = [new Float32Array(1), new Float32Array(2)]
    for (const into of [one, two]) writePair(5, 6, into, 0, 0, 1)
    expect(one[0]).toBe(two[0])
  })
})
