import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { foldIn, key, normalValues } from '@chiaro/random/host'
import { plantLance, trueLance } from '@chiaro/test-kit/lance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Embeddings } from '../embeddings.ts'
import { addRows, openTable } from './add-rows.ts'
import { createVectorIndex } from './create-vector-index.ts'
import { loadLance } from './load-lance.ts'
import { addToVectorIndex, withVectorIndex } from './open-vector-index.ts'
import type { VectorIndex } from './vector-index.ts'

let folder: string
const at = (name: string) => join(folder, name)
const addressOf = (place: string) => pathToFileURL(join(place, 'package.json')).href

const [count, dimension] = [1200, 12]
const rowsOf = (seed: number, total: number): Embeddings => ({
  names: Array.from({ length: total }, (_, i) => `${seed}/${i}`),
  vectors: normalValues(foldIn(key(4), seed), total * dimension),
  dimension,
})
const all = rowsOf(0, count)
const vectorOf = ({ vectors }: Embeddings, row: number) =>
  vectors.slice(row * dimension, (row + 1) * dimension)

function* blocks(size = 500) {
  for (let from = 0; from < count; from += size) {
    const to = Math.min(count, from + size)
    yield {
      names: all.names.slice(from, to),
      vectors: all.vectors.subarray(from * dimension, to * dimension),
    }
  }
}

async function scanned(index: VectorIndex): Promise<Embeddings> {
  const found: Embeddings[] = []
  for await (const block of index.scan()) found.push(block)
  const vectors = Float32Array.from(found.flatMap(block => [...block.vectors]))
  return { names: found.flatMap(block => block.names), vectors, dimension }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-vector-index-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('without LanceDB it is said how to install it', () => {
  expect(() => loadLance([addressOf(at('nowhere'))])).toThrow(
    /LanceDB.* can't be loaded; npm install @lancedb\/lancedb@~0\.37\.1 \(Cannot find module '@lancedb\/lancedb'\)$/,
  )
})

describe('an index of vectors', () => {
  beforeAll(async () => {
    if (trueLance === undefined) plantLance(folder)
    loadLance([addressOf(trueLance ?? folder)])
    const made = await createVectorIndex(at('index'), blocks(), { dimension, partitions: 6, subVectors: 6 })
    expect(made).toMatchObject({ rows: count, dimension, partitions: 6, subVectors: 6, about: {} })
  }, 120_000)

  it('has all rows, and gives candidates with their vectors', async () => {
    await withVectorIndex(at('index'), async index => {
      expect(index).toMatchObject({ rows: count, dimension, partitions: 6, subVectors: 6 })
      expect(await scanned(index)).toEqual(all)
      const { names, vectors } = await index.candidates(vectorOf(all, 7), { count: 5, probes: 99 })
      expect(names).toHaveLength(5)
      expect(names).toContain('0/7')
      for (const [i, name] of names.entries()) {
        expect(vectorOf({ names, vectors, dimension }, i)).toEqual(vectorOf(all, all.names.indexOf(name)))
      }
    })
    expect((await readdir(folder)).filter(name => name.includes('partial'))).toEqual([])
  })

  it('takes rows later, and takes back those of a process that was killed', async () => {
    const added = rowsOf(1, 3)
    const file = await addToVectorIndex(at('index'), [added], { said: 1 })
    expect(file).toMatchObject({ rows: count + 3, about: { said: 1 } })
    // As a process leaves it that is killed between its rows and index.json.
    const loaded = loadLance()
    const connection = await loaded.lance.connect(at('index'))
    const table = await openTable(connection)
    await addRows(loaded, connection, table, [rowsOf(2, 50)], dimension)
    table.close()
    connection.close()
    await withVectorIndex(at('index'), async index => {
      expect(new Set((await scanned(index)).names)).toEqual(new Set([...all.names, ...added.names]))
      const { names } = await index.candidates(vectorOf(added, 1), { count: 3, probes: 6 })
      expect(names[0]).toBe('1/1')
    })
    const more = await addToVectorIndex(at('index'), [rowsOf(3, 2)], { said: 2 })
    expect(more.rows).toBe(count + 5)
    await withVectorIndex(at('index'), async index => {
      expect(index.about).toEqual({ said: 2 })
      expect(new Set((await scanned(index)).names)).toEqual(
        new Set([...all.names, ...added.names, '3/0', '3/1']),
      )
    })
  })

  it('is measured, and completed, before it takes its name', async () => {
    const complete = async (index: VectorIndex) => {
      expect((await scanned(index)).names).toHaveLength(count)
      expect(await readdir(folder)).not.toContain('completed')
      return { about: { recall: 1 }, rows: [rowsOf(5, 4)] }
    }
    const made = await createVectorIndex(at('completed'), blocks(), { dimension, complete })
    // √1200, and the fewest parts of at most 8 numbers.
    expect(made).toMatchObject({ rows: count + 4, partitions: 35, subVectors: 2, about: { recall: 1 } })
  }, 120_000)

  it('refuses what it can’t be, and leaves nothing', async () => {
    const make = (more: object, from: Iterable<Embeddings> | ReturnType<typeof blocks> = blocks()) =>
      createVectorIndex(at('refused'), from, { dimension, ...more })
    await expect(createVectorIndex(at('index'), blocks(), { dimension })).rejects.toThrow(
      'must be a new folder',
    )
    await expect(make({ subVectors: 5 })).rejects.toThrow('a divisor of the dimension, 12, got 5')
    await expect(make({ partitions: 0 })).rejects.toThrow('partitions')
    await expect(make({}, [rowsOf(0, 1000)])).rejects.toThrow('must have at least 1024 rows, got 1000')
    await expect(make({ dimension: 4 })).rejects.toThrow(
      'blocks must have rows of 4 numbers, got 6000 numbers for 500',
    )
    const complete = () => Promise.reject(new Error('not good enough'))
    await expect(make({ complete })).rejects.toThrow('not good enough')
    expect((await readdir(folder)).filter(name => name.startsWith('refused'))).toEqual([])
  }, 120_000)

  it('refuses a folder that is no index, or damaged', async () => {
    const open = (name: string) => withVectorIndex(at(name), async () => undefined)
    await mkdir(at('empty'))
    await expect(open('empty')).rejects.toThrow(/index\.json must exist/)
    const whole = JSON.parse(await readFile(join(at('index'), 'index.json'), 'utf8'))
    for (const [content, got] of [
      ['{', /index\.json: must be what chiaro index writes, of schemaVersion 1, got /],
      [JSON.stringify({ ...whole, schemaVersion: 2 }), /of schemaVersion 1, got \{"schemaVersion":2/],
      [JSON.stringify({ ...whole, rows: '1' }), /of schemaVersion 1, got/],
      [JSON.stringify(whole), /must have the table that index\.json speaks of, got/],
    ] as const) {
      await writeFile(join(at('empty'), 'index.json'), content)
      await expect(open('empty')).rejects.toThrow(got)
    }
  })
})
