import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withEmbeddingBlocks } from './embedding-blocks.ts'
import { embeddingInfo } from './embedding-info.ts'
import { type Embeddings, readEmbeddings, writeEmbeddings } from './embeddings.ts'
import { listEmbeddingFiles } from './list-embedding-files.ts'
import { rowsAtATime } from './parquet-file.ts'
import { writeEmbeddingBlocks } from './write-embedding-blocks.ts'

let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-embedding-blocks-'))
})
afterAll(() => rm(folder, { recursive: true }))

const [count, dimension] = [rowsAtATime + 300, 3]
const embeddings = (from = 0, to = count): Embeddings => ({
  names: Array.from({ length: to - from }, (_, i) => `picture ${from + i}`),
  vectors: Float32Array.from({ length: (to - from) * dimension }, (_, i) =>
    Math.sin(from * dimension + i + 1),
  ),
  dimension,
})

function* cut(size: number) {
  for (let from = 0; from < count; from += size) yield embeddings(from, Math.min(count, from + size))
}

describe('writeEmbeddingBlocks', () => {
  it('gives the bytes of writeEmbeddings, however the rows are cut', async () => {
    await writeEmbeddings(at('whole.parquet'), embeddings())
    const whole = await readFile(at('whole.parquet'))
    for (const size of [77, count]) {
      await writeEmbeddingBlocks(at('blocks.parquet'), cut(size), { dimension })
      expect((await readFile(at('blocks.parquet'))).equals(whole)).toBe(true)
    }
    expect(await readEmbeddings(at('blocks.parquet'))).toEqual(embeddings())
  })

  it('keeps metadata that is known at the end only, and tells it with rows and dimension', async () => {
    let written = 0
    const blocks = async function* () {
      for (const block of cut(1000)) {
        written += block.names.length
        yield block
      }
    }
    const options = { dimension, nameColumn: 'file', metadata: () => ({ rows: String(written), ü: '"' }) }
    await writeEmbeddingBlocks(at('told.parquet'), blocks(), options)
    expect(await embeddingInfo(at('told.parquet'))).toEqual({
      ...{ rows: count, dimension },
      metadata: { rows: String(count), ü: '"', 'ARROW:schema': expect.any(String) },
    })
    await writeEmbeddingBlocks(at('none.parquet'), [], options)
    expect(await embeddingInfo(at('none.parquet'))).toMatchObject({ rows: 0, metadata: { ü: '"' } })
    expect((await embeddingInfo(at('none.parquet'))).dimension).toBeUndefined()
    await writeEmbeddings(at('told.npy'), embeddings(0, 5))
    expect(await embeddingInfo(at('told.npy'))).toEqual({ rows: 5, dimension, metadata: {} })
  })

  it('leaves no file where a block fails, and refuses blocks of another dimension', async () => {
    const failing = function* () {
      yield embeddings(0, 3)
      throw new Error('no more')
    }
    await expect(writeEmbeddingBlocks(at('failed.parquet'), failing(), { dimension })).rejects.toThrow(
      'no more',
    )
    const wrong = writeEmbeddingBlocks(at('failed.parquet'), cut(10), { dimension: 4 })
    await expect(wrong).rejects.toThrow('block.vectors must be of length 40, got length 30')
    const vector = writeEmbeddingBlocks(at('failed.parquet'), [], { dimension, nameColumn: 'vector' })
    await expect(vector).rejects.toThrow('nameColumn must be a name other than vector')
    expect((await readdir(folder)).filter(name => name.startsWith('failed'))).toEqual([])
  })
})

describe('embeddingInfo', () => {
  it('refuses what is cut off, and what has no vectors', async () => {
    await writeEmbeddings(at('cut.parquet'), embeddings(0, 9))
    await truncate(at('cut.parquet'), 200)
    await expect(embeddingInfo(at('cut.parquet'))).rejects.toThrow(
      /cut\.parquet: must be a Parquet file, got/,
    )
    await writeFile(at('cut.npy'), 'no array')
    await expect(embeddingInfo(at('cut.npy'))).rejects.toThrow(
      /cut\.npy, byte 0: must be a \.npy file, got other bytes/,
    )
    await expect(embeddingInfo(at('nothing.npy'))).rejects.toThrow(/nothing\.npy must exist/)
  })
})

describe('several files', () => {
  it('are read on end, in the order of their names, and must be of one dimension', async () => {
    const shards = join(folder, 'shards')
    await writeEmbeddings(join(shards, 'b.npy'), embeddings(4, 7))
    await writeEmbeddings(join(shards, 'a.parquet'), embeddings(0, 4))
    await writeFile(join(shards, 'a.parquet.7.partial'), '')
    const files = await listEmbeddingFiles([shards, at('told.npy')])
    expect(files).toEqual([join(shards, 'a.parquet'), join(shards, 'b.npy'), at('told.npy')])
    const names = await withEmbeddingBlocks(files, async blocks => {
      const all: string[] = []
      for await (const block of blocks) all.push(...block.names)
      return all
    })
    expect(names).toEqual([...embeddings(0, 7).names, ...embeddings(0, 5).names])
    await writeEmbeddings(join(shards, 'c.npy'), {
      names: ['x'],
      vectors: Float32Array.of(1, 2),
      dimension: 2,
    })
    const reading = withEmbeddingBlocks(await listEmbeddingFiles(shards), async blocks => {
      for await (const { dimension } of blocks) expect(dimension).toBe(3)
    })
    await expect(reading).rejects.toThrow(/c\.npy: must have vectors of 3 numbers as .*a\.parquet has, got 2/)
    await expect(listEmbeddingFiles(at('elsewhere'))).rejects.toThrow(/elsewhere must exist/)
    await expect(listEmbeddingFiles(join(shards, 'a.parquet.7.partial'))).rejects.toThrow(
      /\.parquet or \.npy/,
    )
  })

  it('are closed where the reader stops before the end', async () => {
    const first = await withEmbeddingBlocks([at('told.parquet'), at('none.parquet')], async blocks => {
      for await (const { names } of blocks) return names[0]
      return undefined
    })
    expect(first).toBe('picture 0')
  })
})
