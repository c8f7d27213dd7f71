import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { afterAll, expect, it } from 'vitest'
import { modelFiles } from './model-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'chiaro-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

const topology = { node: [] }
const weights = [
  { name: 'a', shape: [2, 3], dtype: 'float32' },
  { name: 'b', shape: [5], dtype: 'float32', quantization: { dtype: 'uint8', min: 0, scale: 1 } },
]

function written(name: string, manifest: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  return file
}

const load = (file: string, maxBytes?: number) => modelFiles(file, { maxBytes }).load?.() as Promise<unknown>
const manifest = (paths: string[]) => ({
  format: 'graph-model',
  modelTopology: topology,
  weightsManifest: [{ paths, weights }],
})

it('joins the weight files in their order', async () => {
  const bytes = Uint8Array.from({ length: 29 }, (_, i) => i)
  writeFileSync(join(folder, 'one.bin'), bytes.subarray(0, 20))
  writeFileSync(join(folder, 'two.bin'), bytes.subarray(20))
  const artifacts = await load(written('model.json', manifest(['one.bin', 'two.bin'])))
  expect(artifacts).toEqual({
    format: 'graph-model',
    modelTopology: topology,
    weightSpecs: weights,
    weightData: bytes.buffer,
  })
})

it.each([
  ['a file that is missing', 'gone.json', undefined, /must exist, got nothing of that name/],
  ['no JSON', 'text.json', 'hello', /it must be JSON/],
  ['a list', 'list.json', '3', /must be a JSON object/],
  ['no topology', 'bare.json', {}, /modelTopology must be there/],
  [
    'weights elsewhere',
    'escape.json',
    manifest(['../../etc/passwd']),
    /weights must lie in its folder, got \.\.\/\.\.\/etc/,
  ],
  ['weights that are short', 'short.json', manifest(['one.bin']), /weights must have 29 bytes, got 20/],
  ['weights that are not there', 'none.json', manifest(['three.bin']), /three\.bin must exist/],
])('refuses %s, by name', async (_, name, content, message) => {
  const file = content === undefined ? join(folder, name) : written(name, content)
  const error = (await load(file).catch((error: unknown) => error)) as ChiaroError
  expect(error).toBeInstanceOf(ChiaroError)
  expect(error.code).toBe('data')
  expect(error.message).toMatch(message)
})

it('refuses more bytes than it may read', async () => {
  await expect(load(written('large.json', manifest(['one.bin', 'two.bin'])), 25)).rejects.toThrow(
    /at most 5 bytes, got 9/,
  )
})
