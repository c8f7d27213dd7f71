import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { jobs, kinds } from '../example-kinds.mjs'

const examples = new URL('../../../examples/', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, examples), 'utf8')

// Each example is copied out by itself, so that what they train stands in each, and must not drift apart.
it('kinds of project train the same thing', () => {
  const first = text('vitest/train.js')
  for (const path of ['jest', 'next/lib', 'page', 'rollup/src', 'vite-react/src', 'webpack/src'])
    expect(text(`${path}/train.js`)).toBe(first)
  // A page of esbuild says where its .wasm files are.
  const told = first.replace('train()', 'train(options)').replace("'wasm')", "'wasm', options)")
  expect(text('esbuild/src/train.js')).toBe(told)
  // workerd compiles no WebAssembly.
  expect(text('workerd/src/train.js')).toBe(first.replace("'wasm'", "'cpu'"))
})

it('every folder is run, and described', () => {
  const folders = readdirSync(examples).filter(name => existsSync(new URL(`${name}/package.json`, examples)))
  expect(Object.keys({ ...kinds, ...jobs }).sort()).toEqual(folders.sort())
  const described = [...text('README.md').matchAll(/^\| `([a-z-]+)`/gm)].map(match => match[1])
  expect(described.sort()).toEqual(folders.sort())
})
