import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { backendReport, useBackend } from '@chiaro/backend'
import { embeddingInfo } from '@chiaro/data/node'
import { tar } from '@chiaro/test-kit/tar'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nothingLeftOut } from '../left-out.ts'
import { embedShard } from './embed-shard.ts'
import { type PictureBatch, pictureShards } from './picture-shards.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-flat-shards-'))
  await useBackend('wasm', { threads: 1 })
})
afterAll(() => rm(folder, { recursive: true }))

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function reading() {
  // What the first lets go of, buffers among it, is given back behind the event loop.
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(setImmediate)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const { wasm } = await backendReport()
  return { tensors: tf.memory().numTensors, wasm: wasm?.heap?.used ?? 0, host: heapUsed + arrayBuffers }
}
type Reading = Awaited<ReturnType<typeof reading>>

const [side, dimension] = [8, 64]
const embedder = {
  ...{ run: 'run', shape: [side, side, 1] as const, dimension },
  embed: (images: tf.Tensor4D) => tf.relu(tf.reshape(images, [-1, dimension])) as tf.Tensor2D,
}
const options = { leftOut: nothingLeftOut(), signal: new AbortController().signal }

const least = (readings: readonly Reading[]) =>
  readings.reduce((least, one) => (one.host < least.host ? one : least))

function expectFlat(before: Reading, after: Reading, most: number) {
  expect(after.tensors).toBeLessThanOrEqual(before.tensors)
  expect(after.wasm).toBeLessThanOrEqual(1.01 * before.wasm)
  expect(after.host - before.host).toBeLessThan(most)
}

test('a long shard takes no more memory than a short one', async () => {
  const batch = 256
  const readings: Reading[] = []
  async function* read(): AsyncGenerator<PictureBatch> {
    for (let i = 0; i <= 80; i++) {
      // Whole row groups have been written: what is there besides is the same.
      if (i % 16 === 0) readings.push(await reading())
      const data = new Uint8Array(batch * side * side).fill(1 + (i % 200))
      const names = Array.from({ length: batch }, (_, j) => `picture ${i}/${j}`)
      yield { images: { data, shape: [batch, side, side, 1] }, names }
    }
  }
  const shard = { name: 'long.parquet', source: { file: 'long.tar', bytes: 1 }, read }
  const { rows } = await embedShard(shard, folder, embedder, options)
  expect(rows).toBe(81 * batch)
  expect(await embeddingInfo(join(folder, 'long.parquet'))).toMatchObject({ rows, dimension })
  // The rows between the readings are 2 MB as floats, and 4 as numbers of JavaScript.
  expectFlat(least(readings.slice(2, 4)), least(readings.slice(4)), 1e6)
})

test('many shards take no more memory than a few', async () => {
  const [shards, ofEach, wide] = [24, 40, 16 * dimension]
  const png = await sharp(new Uint8Array(side * side).fill(90), {
    raw: { width: side, height: side, channels: 1 },
  })
    .png()
    .toBuffer()
  for (let shard = 0; shard < shards; shard++) {
    const members = Array.from({ length: ofEach }, (_, i) => [`${shard}-${i}.png`, png] as [string, Buffer])
    await writeFile(join(folder, `s-${shard}.tar`), tar(members))
  }
  const source = { kind: 'shards', pattern: join(folder, `s-{0..${shards - 1}}.tar`) } as const
  const readings: Reading[] = []
  const embed = (images: tf.Tensor4D) =>
    tf.tidy(() => tf.tile(embedder.embed(images), [1, 16]) as tf.Tensor2D)
  let done = 0
  const wider = { ...embedder, dimension: wide, embed }
  for (const shard of await pictureShards(source, { shardSize: 1, leftOut: nothingLeftOut() })) {
    expect((await embedShard(shard, folder, wider, options)).rows).toBe(ofEach)
    done++
    if ([9, 10, 11, 21, 22, 23].includes(done)) readings.push(await reading())
  }
  // Rows of 12 shards are 2 MB as floats; what is compiled and cached meanwhile is less than a fourth of that.
  expectFlat(least(readings.slice(0, 3)), least(readings.slice(3)), 1e6)
})
