import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

// Each example is copied out by itself, so that what they train stands in each, and must not drift apart.
it('kinds of project train the same thing', () => {
  const trained = (path: string) =>
    readFileSync(new URL(`../../../examples/${path}`, import.meta.url), 'utf8')
  const first = trained('vitest/train.js')
  for (const path of ['next/lib/train.js', 'vite-react/src/train.js', 'webpack/src/train.js'])
    expect(trained(path)).toBe(first)
  // A page of esbuild says where its .wasm files are.
  const told = first.replace('train()', 'train(options)').replace("'wasm')", "'wasm', options)")
  expect(trained('esbuild/src/train.js')).toBe(told)
})
