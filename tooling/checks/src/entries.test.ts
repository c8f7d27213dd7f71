import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { entriesOf, loadedWith } from '../entries.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const entries = entriesOf(root)

// Tests share processes, in which another's import would hide that one is missing.
it('every entry registers the gradients, but those where nothing is differentiated', () => {
  expect(entries.length).toBeGreaterThan(20)
  const without = entries
    .filter(({ file }) => ![...loadedWith(file, entries)].some(one => one.endsWith('/register-gradients.ts')))
    .map(({ name }) => name)
  expect(without).toEqual([
    '@chiaro/core',
    '@chiaro/data',
    '@chiaro/data/node',
    '@chiaro/data/browser',
    '@chiaro/random/host',
    '@chiaro/train/node',
  ])
})
