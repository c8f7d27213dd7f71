import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key } from '@chiaro/random/host'
import sharp from 'sharp'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { loadShardImages } from './load-shard-images.ts'
import { type ShardBatch, type ShardBatchesOptions, shardBatches } from './shard-batches.ts'

let folder: string
let files: string[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-wds-batches-'))
  files = [await shard('0.tar', 0, 5), await shard('1.tar', 5, 4)]
})
afterAll(() => rm(folder, { recursive: true }))

/** Each picture is grey of its own number. */
async function shard(name: string, from: number, count: number): Promise<string> {
  const packed = pack()
  for (let i = from; i < from + count; i++) {
    const background = { r: i, g: i, b: i }
    const png = sharp({ create: { width: 3, height: 3, channels: 3, background } }).png()
    packed.entry({ name: `${i}.png` }, await png.toBuffer())
    packed.entry({ name: `${i}.cls` }, String(i))
  }
  packed.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of packed) chunks.push(chunk as Buffer)
  const path = join(folder, name)
  await writeFile(path, Buffer.concat(chunks))
  return path
}

async function all(options: Partial<ShardBatchesOptions> = {}): Promise<ShardBatch[]> {
  const found: ShardBatch[] = []
  for await (const batch of shardBatches(files, { batchSize: 4, size: [2, 2], channels: 1, ...options }))
    found.push(batch)
  return found
}

test('pictures come with their labels, whole batches of one epoch', async () => {
  const found = await all({ epochs: 2, key: key(3), shuffleBuffer: 3 })
  expect(found.map(({ epoch, shape }) => [epoch, ...shape])).toEqual([
    [0, 4, 2, 2, 1],
    [0, 4, 2, 2, 1],
    [1, 4, 2, 2, 1],
    [1, 4, 2, 2, 1],
  ])
  for (const { data, samples } of found) {
    expect([...data]).toEqual(samples.flatMap(({ label = -1 }) => [label, label, label, label]))
    expect(samples[0]).not.toHaveProperty('image')
  }
  expect((await all({ dropLast: false, epochs: 2 })).map(({ shape }) => shape[0])).toEqual([4, 4, 1, 4, 4, 1])
})

test.each([true, false])(
  'a run resumes behind any batch with the same bits (dropLast %s)',
  async dropLast => {
    const options = { epochs: 3, key: key(3), shuffleBuffer: 3, dropLast }
    const whole = await all(options)
    for (const [i, { next }] of whole.entries()) {
      expect(await all({ ...options, position: next })).toEqual(whole.slice(i + 1))
    }
  },
)

test('a picture that is none names shard, byte and key', async () => {
  const packed = pack()
  packed.entry({ name: 'good.txt' }, 'x')
  packed.entry({ name: 'bad.png' }, 'no picture')
  packed.finalize()
  const path = join(folder, 'bad.tar')
  const chunks: Buffer[] = []
  for await (const chunk of packed) chunks.push(chunk as Buffer)
  await writeFile(path, Buffer.concat(chunks).subarray(1024))
  const batches = shardBatches([path], { batchSize: 1, size: [2, 2] })
  await expect(batches.next()).rejects.toThrow(/bad\.tar, byte 0: bad must be a picture that can be decoded/)
  const told: string[] = []
  const found: ShardBatch[] = []
  const options = {
    batchSize: 3,
    size: [2, 2],
    dropLast: false,
    onBad: (bad: BadPicture) => told.push(bad.picture),
  } as const
  for await (const batch of shardBatches([path, files[0]], options satisfies ShardBatchesOptions))
    found.push(batch)
  expect(told).toEqual(['bad'])
  expect(found.map(({ shape, samples }) => [shape[0], ...samples.map(({ label }) => label)])).toEqual([
    [2, 0, 1],
    [3, 2, 3, 4],
  ])
})

test('pictures whose places are known are decoded in any order', async () => {
  const places = (await all({ dropLast: false })).flatMap(({ samples }) => samples)
  const chosen = [8, 0, 4, 4, 7].map(i => places[i])
  const { data, shape } = await loadShardImages(chosen, { size: [2, 2], channels: 1 })
  expect(shape).toEqual([5, 2, 2, 1])
  expect([...data]).toEqual([8, 0, 4, 4, 7].flatMap(grey => [grey, grey, grey, grey]))
  const beyond = loadShardImages([{ file: files[0], offset: 700 }], { size: [2, 2] })
  await expect(beyond).rejects.toThrow(/0\.tar, byte 700/)
  await expect(loadShardImages([], { size: [2, 2] })).rejects.toThrow(/places must be of length at least 1/)
})
