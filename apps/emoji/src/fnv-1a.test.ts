import { expect, test } from 'vitest'
import { fnv1a } from './fnv-1a.ts'

test('gives the published FNV-1a values of "", "a" and "foobar"', () => {
  expect(fnv1a('')).toBe(0x811c9dc5)
  expect(fnv1a('a')).toBe(0xe40c292c)
  expect(fnv1a('foobar')).toBe(0xbf9cf968)
})
