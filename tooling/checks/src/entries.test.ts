import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { entriesOf, loadedWith } from '../entries.mjs'
import { importsOf } from '../imports.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const entries = entriesOf(root)
const reached = entries.map(({ name, file }) => ({ name, files: [...loadedWith(file, entries)] }))

// Tests share processes, in which another's import would hide that one is missing.
it('every entry registers the gradients, but those where nothing is differentiated', () => {
  expect(entries.length).toBeGreaterThan(20)
  const without = reached.filter(({ files }) => !files.some(one => one.endsWith('/register-gradients.ts')))
  expect(without.map(({ name }) => name)).toEqual([
    // What they describe is loaded when it is tried.
    '@chiaro/backend/webgl',
    '@chiaro/backend/webgpu',
    '@chiaro/core',
    '@chiaro/data',
    '@chiaro/data/node',
    '@chiaro/data/browser',
    '@chiaro/distributed/node',
    '@chiaro/random/host',
    '@chiaro/train/node',
  ])
})

it('what runs in a page loads nothing of Node', () => {
  const ofNode = (file: string) =>
    importsOf(file).imports.some(
      ({ specifier, dynamic, typeOnly }) => /^node:/.test(specifier) && !dynamic && !typeOnly,
    )
  const bound = reached.filter(({ files }) => files.some(ofNode))
  expect(bound.map(({ name }) => name)).toEqual([
    'chiaro',
    '@chiaro/data/node',
    '@chiaro/distributed/node',
    '@chiaro/train/node',
  ])
})

it('and what a page loads in place of Node’s is followed', () => {
  const page = /packages.backend-wasm.src.platform.page\.ts$/
  expect(reached.find(({ name }) => name === '@chiaro/backend-wasm')?.files.some(one => page.test(one))).toBe(
    true,
  )
})
