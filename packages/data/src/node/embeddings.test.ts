import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'
import { parquetWriteFile } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withEmbeddingBlocks } from './embedding-blocks.ts'
import { type ReadEmbeddingsOptions, readEmbeddings, writeEmbeddings } from './embeddings.ts'
import { writeNpy } from './read-npy.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-embeddings-'))
})
afterAll(() => rm(folder, { recursive: true }))

const small = {
  names: ['a.png', 'ü, "b"'],
  vectors: Float32Array.of(1, -2, 0.1, 3e38, 1e-40, 0),
  dimension: 3,
}

test.each(['.parquet', '.npy'])('what is written to %s is read back, bit for bit', async extension => {
  const file = at(`round-trip${extension}`)
  const sets = fc.integer({ min: 1, max: 5 }).chain(dimension =>
    fc.array(
      fc.record({
        name: fc.string({ unit: 'grapheme' }),
        vector: fc
          .array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
            minLength: dimension,
            maxLength: dimension,
          })
          .filter(vector => vector.some(value => value !== 0)),
      }),
      { minLength: 1, maxLength: 24 },
    ),
  )
  await fc.assert(
    fc.asyncProperty(sets, async rows => {
      const embeddings = {
        names: rows.map(({ name }) => name),
        vectors: Float32Array.from(rows.flatMap(({ vector }) => vector)),
        dimension: rows[0].vector.length,
      }
      await writeEmbeddings(file, embeddings)
      expect(await readEmbeddings(file)).toEqual(embeddings)
    }),
    { numRuns: extension === '.parquet' ? 10 : 40 },
  )
})

test('Parquet holds more rows than are written at a time, under the column name asked for', async () => {
  const [count, dimension] = [5000, 4]
  const file = at('large.parquet')
  const vectors = Float32Array.from({ length: count * dimension }, (_, i) => Math.sin(i))
  const names = Array.from({ length: count }, (_, i) => `picture ${i}`)
  await writeEmbeddings(file, { names, vectors, dimension }, { nameColumn: 'file' })
  expect(await readEmbeddings(file)).toEqual({ names, vectors, dimension })
  const { schema, row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(file))
  expect(schema.map(({ name }) => name)).toEqual(['root', 'file', 'vector', 'list', 'element'])
  expect(row_groups.length).toBe(2)
})

test('a .npy file is the bytes NumPy’s format asks for, its names beside it', async () => {
  await writeEmbeddings(at('small.npy'), small)
  const bytes = await readFile(at('small.npy'))
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]))
  const length = bytes.readUInt16LE(8)
  expect((10 + length) % 64).toBe(0)
  expect(bytes.toString('latin1', 10, 10 + length)).toBe(`${header.padEnd(length - 1)}\n`)
  expect([...small.vectors.keys()].map(i => bytes.readFloatLE(10 + length + 4 * i))).toEqual([
    ...small.vectors,
  ])
  expect(JSON.parse(await readFile(at('small.npy.names.json'), 'utf8'))).toEqual(small.names)
})

test('reads float64 matrices of the second .npy version, as NumPy may write them', async () => {
  const header = Buffer.from("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }   \n", 'latin1')
  const [length, data] = [Buffer.alloc(4), Buffer.alloc(16)]
  length.writeUInt32LE(header.length)
  data.writeDoubleLE(0.5, 0)
  data.writeDoubleLE(-3, 8)
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0])
  await writeFile(at('double.npy'), Buffer.concat([magic, length, header, data]))
  await writeFile(at('double.npy.names.json'), '["x"]')
  expect(await readEmbeddings(at('double.npy'))).toEqual({
    names: ['x'],
    vectors: Float32Array.of(0.5, -3),
    dimension: 2,
  })
})

test('writing leaves no part behind', async () => {
  const deep = at('new/deep')
  await writeEmbeddings(join(deep, 'e.parquet'), small)
  await writeEmbeddings(join(deep, 'e.npy'), small)
  expect((await readdir(deep)).toSorted()).toEqual(['e.npy', 'e.npy.names.json', 'e.parquet'])
})

test('arguments outside their domain are refused', async () => {
  await expect(writeEmbeddings(at('x.txt'), small)).rejects.toThrow(/file must be a .parquet or .npy file/)
  await expect(writeEmbeddings(at('x.npy'), { ...small, dimension: 2 })).rejects.toThrow(
    /Float32Array of 2 · 2 numbers, got 6/,
  )
  await expect(writeEmbeddings(at('x.parquet'), small, { nameColumn: 'vector' })).rejects.toThrow(
    /nameColumn/,
  )
  await expect(readEmbeddings(at('x.csv'))).rejects.toThrow(/file must be a .parquet or .npy file, got/)
})

test('files that are none, are cut off, or hold something else are errors that name them', async () => {
  const refused = async (name: string, message: RegExp) => {
    const error = await readEmbeddings(at(name)).catch(e => e)
    expect(error).toMatchObject({ code: 'data' })
    expect(error.message.startsWith(`readEmbeddings: ${at(name)}`)).toBe(true)
    expect(error.message).toMatch(message)
  }
  await refused('none.parquet', /must exist/)
  await refused('none.npy', /must exist/)
  await writeFile(at('text.parquet'), 'this is no parquet file at all')
  await refused('text.parquet', /must be a Parquet file, got/)
  await writeFile(at('text.npy'), 'this is no npy file')
  await refused('text.npy', /must be a \.npy file, got other bytes/)
  await writeEmbeddings(at('cut.npy'), small)
  await truncate(at('cut.npy'), 140)
  await refused('cut.npy', /byte 128: must have 24 bytes of shape \(2, 3\), got 12/)
  await writeEmbeddings(at('cut.parquet'), small)
  await truncate(at('cut.parquet'), 60)
  await refused('cut.parquet', /must be a Parquet file, got/)
  await writeEmbeddings(at('names.npy'), small)
  await writeFile(at('names.npy.names.json'), '["one"]')
  await refused('names.npy', /names\.json: must have a name for each of 2 vectors, got 1/)
  await writeFile(at('names.npy.names.json'), '{')
  await refused('names.npy', /must be JSON/)
  await rm(at('names.npy.names.json'))
  await refused('names.npy', /names\.json must exist/)
  parquetWriteFile({
    filename: at('other.parquet'),
    columnData: [
      { name: 'file', data: ['a'] },
      { name: 'size', data: [1] },
    ],
  })
  await refused('other.parquet', /must have a column of texts and a column vector, got file, size/)
  const ragged = [[1.5, 2.5], [1.5]]
  parquetWriteFile({
    filename: at('ragged.parquet'),
    columnData: [
      { name: 'file', data: ['a', 'b'] },
      { name: 'vector', data: ragged },
    ],
  })
  await refused('ragged.parquet', /record 2 must have a text and 2 numbers, got/)
})

describe('embeddings of others', () => {
  const write = (columns: Parameters<typeof parquetWriteFile>[0]['columnData']) =>
    parquetWriteFile({ filename: at('others.parquet'), columnData: columns })
  const read = (options?: ReadEmbeddingsOptions) => readEmbeddings(at('others.parquet'), options)
  const vector = {
    name: 'vector',
    data: [
      [1.5, 0],
      [0, 1.5],
    ],
  }
  const texts = (name: string) => ({ name, data: [`${name} 1`, `${name} 2`] })

  test.each(['file', 'File', 'path', 'name', 'id'])(
    'the column %s has the names though another comes first, and it is said',
    async name => {
      write([texts('caption'), texts(name), vector])
      expect(await read()).toMatchObject({ names: [`${name} 1`, `${name} 2`], nameColumn: name })
      expect((await read({ nameColumn: 'caption' })).names).toEqual(['caption 1', 'caption 2'])
      await expect(read({ nameColumn: 'title' })).rejects.toThrow(/a column title of texts, got caption/)
    },
  )

  test('of columns with other names none is guessed', async () => {
    write([texts('caption'), texts('title'), vector])
    await expect(read()).rejects.toThrow(/one column of names \(say nameColumn.*got caption, title/)
  })

  test('whole numbers of 64 bits are vectors, in Parquet and .npy', async () => {
    const whole = {
      ...vector,
      data: [
        [1n, -2n],
        [3n, 4n],
      ],
    }
    write([texts('file'), whole])
    expect((await read()).vectors).toEqual(Float32Array.of(1, -2, 3, 4))
    await writeNpy(at('whole.npy'), { shape: [2, 2], values: BigInt64Array.of(1n, -2n, 3n, 4n) })
    await writeFile(at('whole.npy.names.json'), '["a", "b"]')
    expect((await readEmbeddings(at('whole.npy'))).vectors).toEqual(Float32Array.of(1, -2, 3, 4))
  })

  test.each(['.parquet', '.npy'])(
    'a vector without a direction is refused by its record in %s',
    async kind => {
      const file = at(`odd${kind}`)
      for (const [bad, problem] of [
        [[Number.NaN, 1], 'record 2 must have finite numbers of float32, got NaN'],
        [[0, Number.NEGATIVE_INFINITY], 'record 2 must have finite numbers of float32, got -Infinity'],
        [[0, -0], 'record 2 must have a vector with a direction, got zeros only'],
      ] as const) {
        await writeEmbeddings(file, {
          names: ['a', 'b'],
          vectors: Float32Array.of(1, 0, ...bad),
          dimension: 2,
        })
        await expect(readEmbeddings(file)).rejects.toThrow(problem)
        const blocks = withEmbeddingBlocks(file, async source => {
          for await (const block of source) expect(block.dimension).toBe(2)
        })
        await expect(blocks).rejects.toThrow(problem)
      }
    },
  )
})

test('a matrix that cannot be written leaves the names of before beside it', async () => {
  const file = at('kept.npy')
  await writeEmbeddings(file, small)
  const names = await readFile(`${file}.names.json`)
  await rm(file)
  // A folder of that name: the matrix can't take it.
  await mkdir(file)
  await expect(writeEmbeddings(file, { ...small, names: ['c', 'd'] })).rejects.toThrow()
  expect(await readFile(`${file}.names.json`)).toEqual(names)
  expect((await readdir(folder)).filter(name => name.includes('partial'))).toEqual([])
})
