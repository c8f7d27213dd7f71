import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReadTextsOptions, readTexts } from './read-texts.ts'

let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-texts-'))
})
afterAll(() => rm(folder, { recursive: true }))

const written = async (name: string, text: string | Uint8Array) => {
  await writeFile(at(name), text)
  return at(name)
}

test('a line a text; blank lines are none, and rows are lines', async () => {
  const file = await written('a.txt', 'one, two\r\n\n  three\nlast')
  expect(await readTexts(file)).toEqual([
    { text: 'one, two', file, row: 1 },
    { text: '  three', file, row: 3 },
    { text: 'last', file, row: 4 },
  ])
  const latin = await written('latin.TXT', Uint8Array.of(0x74, 0x72, 0xe8, 0x73))
  expect((await readTexts(latin, { encoding: 'windows-1252' }))[0].text).toBe('très')
})

test('columns of CSV, TSV and JSON Lines, with their classes', async () => {
  const csv = await written('a.csv', 'id,text,kind\n1,"a, b",x\n2,c,7\n')
  expect(await readTexts(csv)).toEqual([
    { text: 'a, b', file: csv, row: 2 },
    { text: 'c', file: csv, row: 3 },
  ])
  const labelled = await readTexts(csv, { labelColumn: 'kind' })
  expect(labelled.map(({ label }) => label)).toEqual(['x', '7'])
  const tsv = await written('a.tsv', 'said\na "b\n')
  expect((await readTexts(tsv, { textColumn: 'said' }))[0].text).toBe('a "b')
  const jsonl = await written('a.jsonl', '{"text":"a","kind":true}\n\n{"text":"b","kind":2}')
  expect(await readTexts(jsonl, { labelColumn: 'kind' })).toEqual([
    { text: 'a', label: 'true', file: jsonl, row: 1 },
    { text: 'b', label: '2', file: jsonl, row: 3 },
  ])
})

test('columns of Parquet', async () => {
  const rows = [
    { text: 'a', kind: 1 },
    { text: 'b', kind: 2 },
  ]
  const columns = [
    { name: 'text', type: 'STRING' as const },
    { name: 'kind', type: 'INT32' as const },
  ]
  await parquetWriteRows({ writer: fileWriter(at('a.parquet')), rows, columns })
  const read = await readTexts(at('a.parquet'), { labelColumn: 'kind' })
  expect(read.map(({ text, label, row }) => [text, label, row])).toEqual([
    ['a', '1', 1],
    ['b', '2', 2],
  ])
})

test.each<[string, string, ReadTextsOptions, string]>([
  ['a.csv', 'text\n" "\nx\n', {}, 'row 2: text must be a text, got an empty one'],
  ['a.csv', 'text\nx\n', { textColumn: 'said' }, 'said'],
  ['a.csv', 'text,kind\nx,\n', { labelColumn: 'kind' }, 'row 2: kind must have a class, got an empty one'],
  ['a.jsonl', '{"text":["x"]}', {}, 'row 1: text must be a text, got ["x"]'],
  ['a.jsonl', '{"text":"x","kind":null}', { labelColumn: 'kind' }, 'kind must have a class, got null'],
  ['a.jsonl', '{"text":"x"}', { labelColumn: 'kind' }, 'row 1: must have a field kind, got text'],
  ['a.txt', '\n \n', {}, 'must have texts, got none'],
  ['a.txt', 'x', { labelColumn: 'kind' }, 'labelColumn belongs to a file of columns, got one beside .txt'],
  ['a.txt', 'x', { delimiter: ';' }, 'delimiter belongs to a file of columns'],
])('%s of %j with %j says %s', async (name, text, options, message) => {
  const error = await readTexts(await written(name, text), options).catch(e => e)
  expect(error).toBeInstanceOf(ChiaroError)
  expect(error.message).toContain(message)
})
