import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ChiaroError } from '@chiaro/core'
import type { SchemaElement } from 'hyparquet'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReadPairsOptions, readPairs } from './read-pairs.ts'

let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-records-'))
  // Tables are checked without decoding, so any bytes do for a picture.
  for (const name of ['a.png', 'b.png']) await writeFile(at(name), 'bytes')
})
afterAll(() => rm(folder, { recursive: true }))

async function failure(file: string, options: Partial<ReadPairsOptions> = {}): Promise<string> {
  const error = await readPairs(file, { images: folder, ...options }).catch(e => e)
  expect(error).toBeInstanceOf(ChiaroError)
  return error.message
}

const lines = [
  '{"image":"a.png","text":["one","two"],"weight":2}\r',
  '',
  '{"text":"tr\\u00e8s","weight":"0.5","image":"b.png","other":[]}',
]
const expected = () => [
  { image: at('a.png'), text: 'one', captions: ['one', 'two'], extra: { weight: '2' } },
  { image: at('b.png'), text: 'très', extra: { weight: '0.5' } },
]

test.each(['pairs.jsonl', 'pairs.NDJSON'])(
  '%s: an object a line, with one caption or several',
  async name => {
    await writeFile(at(name), lines.join('\n'))
    const pairs = await readPairs(at(name), { images: folder, extraColumns: ['weight'] })
    expect(pairs).toEqual(expected().map((pair, i) => ({ ...pair, file: at(name), row: 1 + 2 * i })))
  },
)

test('Parquet: a record a pair, with lists of captions', async () => {
  const file = at('pairs.parquet')
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 3 },
    { name: 'image', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'weight', type: 'DOUBLE', repetition_type: 'REQUIRED' },
    { name: 'text', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  ]
  const rows = [
    { image: 'a.png', weight: 2, text: ['one', 'two'] },
    { image: 'b.png', weight: 0.5, text: ['très'] },
  ]
  const columns = [{ name: 'image' }, { name: 'weight' }, { name: 'text' }]
  await parquetWriteRows({ writer: fileWriter(file), rows, columns, schema })
  const pairs = await readPairs(file, { images: folder, extraColumns: ['weight'] })
  expect(pairs).toEqual(expected().map((pair, i) => ({ ...pair, file, row: 1 + i })))
  expect(await failure(file, { textColumn: 'caption' })).toBe(
    `readPairs: ${file}: must have a column caption, got image, weight, text`,
  )
})

test.each<[string, string, RegExp]>([
  ['no JSON', '{"image":"a.png","text":"x"}\n{"image":', /, row 2: must be a JSON object on one line, got /],
  ['a list', '["a.png"]', /, row 1: must be a JSON object, got \["a\.png"\]$/],
  ['a number', '\n3\n', /, row 2: must be a JSON object, got 3$/],
  ['no field', '{"image":"a.png","caption":"x"}', /, row 1: must have a field text, got image, caption$/],
  ['a caption that is a number', '{"image":"a.png","text":7}', /text must be a caption or a list .*, got 7$/],
  ['no caption', '{"image":"a.png","text":null}', /text must be a caption or a list of captions, got none$/],
  ['an empty list', '{"image":"a.png","text":[]}', /row 1: text must have a caption, got an empty list$/],
  [
    'an empty one among captions',
    '{"image":"a.png","text":["x"," "]}',
    /text must be a caption, got an empty/,
  ],
  [
    'a picture that is none',
    '{"image":{"bytes":"x"},"text":"x"}',
    /image must be a picture's path, got object$/,
  ],
  ['a picture that is not there', '{"image":"c.png","text":"x"}', /row 1: .*c\.png must exist/],
  ['nothing', '\n\n', /: must have rows, got none$/],
])('%s in JSON Lines is an error that names file and row', async (_, content, message) => {
  await writeFile(at('bad.jsonl'), content)
  expect(await failure(at('bad.jsonl'))).toMatch(message)
})

test('bytes that are no text name their row', async () => {
  await writeFile(
    at('latin.jsonl'),
    Buffer.from('{"image":"a.png","text":"x"}\n{"text":"caf\xE9"}', 'latin1'),
  )
  expect(await failure(at('latin.jsonl'))).toMatch(/latin\.jsonl, row 2: must be UTF-8 text/)
})

test('what delimits text belongs to CSV and TSV', async () => {
  await writeFile(at('pairs.jsonl'), lines.join('\n'))
  expect(await failure(at('pairs.jsonl'), { delimiter: ';' })).toBe(
    'readPairs: delimiter belongs to delimited text, got one beside .jsonl',
  )
  expect(await failure(at('pairs.parquet'), { encoding: 'utf-8' })).toContain('encoding belongs to')
})

test('a whole number of Parquet is no caption, and said as such', async () => {
  // Made by fixtures/make-parquet-pictures.py: label is of 64 bits.
  const file = fileURLToPath(new URL('../../fixtures/pictures.parquet', import.meta.url))
  expect(await failure(file, { textColumn: 'label' })).toContain(
    'row 1: label must be a caption or a list of captions, got 0',
  )
})
