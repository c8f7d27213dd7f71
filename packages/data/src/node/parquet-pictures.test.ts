import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { holdsPictures, loadParquetPictures } from './parquet-pictures.ts'

// Made by fixtures/make-parquet-pictures.py.
const fixtures = new URL('../../fixtures/', import.meta.url)
const file = fileURLToPath(new URL('pictures.parquet', fixtures))
const bad = fileURLToPath(new URL('bad-pictures.parquet', fixtures))
const { pixels, texts } = JSON.parse(readFileSync(new URL('pictures.json', fixtures), 'utf8'))
const decode = { size: [8, 8] } as const

const folder = await mkdtemp(join(tmpdir(), 'chiaro-parquet-pictures-'))
afterAll(() => rm(folder, { recursive: true }))

it('has the pixels, captions and names that a dataset of Hugging Face has', async () => {
  const options = { ...decode, textColumn: 'text', extraColumns: ['label'] }
  const { data, shape, pictures } = await loadParquetPictures(file, options)
  expect(shape).toEqual([6, 8, 8, 3])
  expect(Array.from(data)).toEqual(pixels.flat())
  expect(pictures.map(({ captions }) => captions)).toEqual(texts)
  expect(pictures.map(({ name, row }) => [name, row])).toEqual(
    [0, 1, 2, 3, 4, 5].map(i => [i === 2 ? '3' : `${i}.png`, i + 1]),
  )
  expect(pictures.map(({ extra }) => extra.label)).toEqual([0, 1, 0, 1, 0, 1])
})

it('says whether a table holds pictures', async () => {
  expect(await holdsPictures(file, 'image')).toBe(true)
  expect(await holdsPictures(file, 'text')).toBe(false)
  expect(await holdsPictures(file, 'label')).toBe(false)
  expect(await holdsPictures(file, 'elsewhere')).toBe(false)
  expect(await holdsPictures('pairs.csv', 'image')).toBe(false)
})

it('tells all bad ones, or leaves them out', async () => {
  const problems = [
    /row 3: c\.png must be a picture that can be decoded/,
    /row 4: image must have the bytes of a picture, got none/,
  ]
  for (const problem of problems) await expect(loadParquetPictures(bad, decode)).rejects.toThrow(problem)
  const told: BadPicture[] = []
  const { pictures, shape } = await loadParquetPictures(bad, { ...decode, onBad: one => void told.push(one) })
  expect([shape[0], pictures.map(({ row }) => row)]).toEqual([2, [1, 2]])
  expect(told.map(({ picture, row }) => [picture, row])).toEqual([
    ['c.png', 3],
    ['d.png', 4],
  ])
})

it('refuses a column that is not there, what no memory holds, and what is no Parquet', async () => {
  await expect(loadParquetPictures(file, { ...decode, textColumn: 'caption' })).rejects.toThrow(/caption/)
  await expect(loadParquetPictures(file, { ...decode, textColumn: 'label' })).rejects.toThrow(
    /row 1: label must be a caption or a list of captions/,
  )
  await expect(loadParquetPictures(file, { ...decode, maximumBytes: 1000 })).rejects.toThrow(
    'the pictures must fit in maximumBytes (1000), got more; write them into shards',
  )
  const broken = join(folder, 'x.parquet')
  await writeFile(broken, 'x')
  await expect(holdsPictures(broken, 'image')).rejects.toThrow(/x\.parquet: must be a Parquet file/)
})
