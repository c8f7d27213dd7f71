import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { normalValues } from '@chiaro/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withEmbeddingBlocks } from './embedding-blocks.ts'
import { type Embeddings, writeEmbeddings } from './embeddings.ts'
import { writeNpy } from './read-npy.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-blocks-'))
})
afterAll(() => rm(folder, { recursive: true }))

const [rows, dimension] = [9000, 300]
const embeddings: Embeddings = {
  names: Array.from({ length: rows }, (_, i) => `picture ${i}`),
  vectors: Float32Array.from(normalValues(1, rows * dimension)),
  dimension,
}

async function all(file: string): Promise<{ blocks: number; joined: Embeddings }> {
  return withEmbeddingBlocks(file, async source => {
    const names: string[] = []
    const parts: Float32Array[] = []
    let blocks = 0
    for await (const block of source) {
      blocks++
      names.push(...block.names)
      parts.push(block.vectors)
      expect(block.dimension).toBe(dimension)
    }
    const vectors = new Float32Array(names.length * dimension)
    for (let i = 0, at = 0; i < parts.length; at += parts[i++].length) vectors.set(parts[i], at)
    return { blocks, joined: { names, vectors, dimension } }
  })
}

describe('withEmbeddingBlocks', () => {
  it.each(['.parquet', '.npy'])('gives a %s file block by block', async extension => {
    const file = join(folder, `all${extension}`)
    await writeEmbeddings(file, embeddings)
    const { blocks, joined } = await all(file)
    expect(blocks).toBeGreaterThan(1)
    expect(joined.names).toEqual(embeddings.names)
    // Millions of numbers: as bytes, which is faster than one by one.
    expect(Buffer.compare(Buffer.from(joined.vectors.buffer), Buffer.from(embeddings.vectors.buffer))).toBe(0)
  })

  it('reads another layout of .npy whole', async () => {
    const file = join(folder, 'double.npy')
    await writeNpy(file, {
      shape: [2, dimension],
      values: Float64Array.from(embeddings.vectors.slice(0, 600)),
    })
    await writeFile(`${file}.names.json`, '["a", "b"]')
    const { blocks, joined } = await all(file)
    expect(blocks).toBe(1)
    expect(joined.vectors).toEqual(embeddings.vectors.slice(0, 600))
  })

  it('refuses a missing or cut-off file, and names that are too few', async () => {
    await expect(all(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'data' })
    const file = join(folder, 'short.npy')
    await writeEmbeddings(file, {
      ...embeddings,
      names: ['a', 'b'],
      vectors: embeddings.vectors.slice(0, 600),
    })
    await writeFile(`${file}.names.json`, '["a"]')
    await expect(all(file)).rejects.toThrow('a name for each of 2 vectors, got 1')
    await truncate(file, 1000)
    await expect(all(file)).rejects.toThrow('bytes of shape')
    await expect(all(join(folder, 'x.csv'))).rejects.toThrow('a .parquet or .npy file')
  })
})
