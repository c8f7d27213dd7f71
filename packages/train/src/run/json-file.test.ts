import { ChiaroError } from '@chiaro/core'
import { expect, it } from 'vitest'
import { decodeSealed, encodeJson, encodeSealed } from './json-file.ts'

const fields = { step: 12, best: { value: 0.25, step: 8 }, names: ['a', 'ß'], absent: undefined }
const kept = { step: 12, best: { value: 0.25, step: 8 }, names: ['a', 'ß'] }

it('sealed fields come back, and so do those of a file without a checksum', () => {
  expect(decodeSealed('x.json', encodeSealed(fields))).toEqual(kept)
  expect(decodeSealed('x.json', encodeJson(kept))).toEqual(kept)
})

it('any flipped bit of a sealed file is found, or changes none of its fields', () => {
  const whole = encodeSealed(fields)
  let found = 0
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const bytes = Uint8Array.from(whole)
    bytes[bit >> 3] ^= 1 << (bit & 7)
    try {
      expect(decodeSealed('x.json', bytes)).toMatchObject(kept)
    } catch (error) {
      if (!(error instanceof ChiaroError)) throw error
      expect(error).toMatchObject({ code: 'run', argument: 'x.json' })
      found++
    }
  }
  // What is left is the name of the checksum itself, at most.
  expect(8 * whole.length - found).toBeLessThanOrEqual(8 * 'checksum'.length)
})
