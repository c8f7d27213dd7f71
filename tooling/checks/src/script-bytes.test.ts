import { expect, it } from 'vitest'
import { scriptBytes, withoutTfjs } from '../script-bytes.mjs'

// Lines and columns by hand (VLQ: A = 0, C = 1, I = 4, E = 2, D = −1): of "own1tfjsown2", columns 0–3 and 8–11 are of the first
// source, 4–7 of the second.
const map = {
  version: 3,
  sources: ['webpack://x/./src/page.js', 'webpack://x/./node_modules/@tensorflow/tfjs-core/a.js'],
  names: [],
  mappings: 'AAAA,ICAA,IDAA',
}

it('leaves out what a source map says is of tfjs, and keeps what it says nothing of', () => {
  expect(withoutTfjs('own1tfjsown2\n// comment', map)).toBe('own1own2\n// comment')
})

it('reads sectioned maps, as Turbopack writes them', () => {
  const sections = [{ offset: { line: 1, column: 2 }, map }]
  expect(withoutTfjs('head\n--own1tfjsown2', { version: 3, sections })).toBe('head\n--own1own2')
})

it('weighs a script without a map as a whole', () => {
  const { bytes, withoutTfjs } = scriptBytes('a'.repeat(1000), undefined)
  expect(bytes).toBeLessThan(60)
  expect(withoutTfjs).toBeUndefined()
})
