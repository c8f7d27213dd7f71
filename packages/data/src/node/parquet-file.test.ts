import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteFile } from 'hyparquet-writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEmbeddings, writeEmbeddings } from './embeddings.ts'
import codecs from './parquet-codecs.fixture.json' with { type: 'json' }
import { parquetReader } from './parquet-reader.ts'
import { readColumns } from './read-columns.ts'

let folder: string
let whole: Buffer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-parquet-'))
  const file = join(folder, 'whole.parquet')
  await writeEmbeddings(file, { names: ['a', 'b', 'c'], vectors: new Float32Array(6).fill(1), dimension: 2 })
  whole = await readFile(file)
})
afterAll(() => rm(folder, { recursive: true }))

/** The file with bytes changed where `text` stands in its footer. */
async function changed(text: string, behind: number, ...bytes: number[]): Promise<string> {
  const copy = Buffer.from(whole)
  copy.set(bytes, copy.indexOf(text) + text.length + behind)
  const file = join(folder, 'changed.parquet')
  await writeFile(file, copy)
  return file
}

test('a footer that does not fit the file is an error that names it', async () => {
  // Behind the root's name: field 5 (0x15), the number of children, doubled as zigzag has it.
  expect(whole[whole.indexOf('root') + 4]).toBe(0x15)
  const refused = (file: string, message: RegExp) => expect(readEmbeddings(file)).rejects.toThrow(message)
  await refused(await changed('root', 1, 6), /changed\.parquet: must .*/)
  await refused(await changed('root', 1, 126), /changed\.parquet: must .*/)
  // Behind the schema: the file's number of rows, 3.
  expect(whole[whole.indexOf('element') + 9]).toBe(6)
  await refused(await changed('element', 2, 8), /must have 4 rows, as the footer says, got 3/)
})

test('a folder and a file of nothing are errors', async () => {
  const directory = join(folder, 'folder.parquet')
  await mkdir(directory)
  await expect(readEmbeddings(directory)).rejects.toThrow(/folder\.parquet must be a file/)
  const empty = join(folder, 'empty.parquet')
  await writeFile(empty, '')
  await expect(readEmbeddings(empty)).rejects.toThrow(/empty\.parquet: must be a Parquet file, got/)
})

test('row groups of any size are read once each, in order', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => String(i))
  for (const rowGroupSize of [10_000, 5000, 77]) {
    const filename = join(folder, 'groups.parquet')
    const vector = names.map(name => [Number(name), -1])
    const columnData = [
      { name: 'name', data: names },
      { name: 'vector', data: vector },
    ]
    parquetWriteFile({ filename, columnData, rowGroupSize })
    const read = await readEmbeddings(filename)
    expect(read.names).toEqual(names)
    expect(read.vectors).toEqual(Float32Array.from(vector.flat()))
  }
})

test('a process that has ended gives no more rows', async () => {
  const file = join(folder, 'whole.parquet')
  const reader = parquetReader(file, whole.length)
  const range = { columns: ['name'], group: 0, from: 0, to: 2 }
  expect(Number((await reader.metadata()).num_rows)).toBe(3)
  expect(await reader.rows(range)).toEqual([{ name: 'a' }, { name: 'b' }])
  await reader.close()
  await expect(reader.rows(range)).rejects.toThrow(/the process that reads it ended/)
})

/** A page whose count grows an array until V8 ends its process, found by the fuzz. */
const endless =
  'UEFSMRUGFR4VHlwVBhUAFQYVABUAFQAAAAEAAABhAQAAAGIBAAAAYxUGFTgVOFwVDBUAFQYVABUEFQQAAAAAgP////8/AAAA' +
  'QAAAQEAAAIBAAACgQAAAwEAVBBlcSARyb290FQQAFQwlABgEbmFtZSUAADUCGAZ2ZWN0b3IVAhUGADUEGARsaXN0FQIAFQgl' +
  'ABgHZWxlbWVudAAWBhkcGSwmCBwVDBkVABkYBG5hbWUVABYGFkgWSCYIAAAmUBwVCBkVABk4BnZlY3RvcgRsaXN0B2VsZW1l' +
  'bnQVABYMFmIWYiZQAAAWqgEWBjaqAQAoCWh5cGFycXVldBksHAAAHAAAAKoAAABQQVIx'

test('a page that grows an array until V8 ends its process is an error, and the next file is read', async () => {
  const file = join(folder, 'endless.parquet')
  await writeFile(file, Buffer.from(endless, 'base64'))
  await expect(readEmbeddings(file)).rejects.toThrow(/endless\.parquet: must be a whole Parquet file, got/)
  expect((await readEmbeddings(join(folder, 'whole.parquet'))).names).toEqual(['a', 'b', 'c'])
})

test('a process that takes too long is given up, and the next file is read', async () => {
  const file = join(folder, 'slow.parquet')
  await writeFile(file, Buffer.from(endless, 'base64'))
  const reader = parquetReader(file, 800, 300)
  const rows = reader.rows({ columns: ['vector'], group: 0, from: 0, to: 2 })
  await expect(rows).rejects.toThrow(/no answer within|process that reads it ended/)
  await reader.close()
  expect((await readEmbeddings(join(folder, 'whole.parquet'))).names).toEqual(['a', 'b', 'c'])
})

test.each(Object.entries(codecs))('PyArrow’s file of codec %s is read', async (codec, base64) => {
  const file = join(folder, `${codec}.parquet`)
  await writeFile(file, Buffer.from(base64, 'base64'))
  const { rowCount, columns } = await readColumns(file)
  expect([rowCount, columns.map(({ name }) => name)]).toEqual([40, ['x', 'c']])
  expect(columns[0].values).toEqual(Float64Array.from({ length: 40 }, (_, i) => i % 5))
  expect(columns[1].values).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'a' : 'b')))
})
