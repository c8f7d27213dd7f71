import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pictures } from '@chiaro/tasks'
import { tar } from '@chiaro/test-kit/tar'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nothingLeftOut } from '../left-out.ts'
import { openPictures } from './open-pictures.ts'
import { pictureSource } from './picture-source.ts'

const [count, side] = [7, 10]
const shape = [side, side, 3] as const
const notes: string[] = []
const terminal = {
  json: true,
  columns: 100,
  print: () => {},
  note: (line: string) => void notes.push(line),
  result: () => {},
  progress: { write: () => {} },
}

const context = { terminal, signal: new AbortController().signal, leftOut: nothingLeftOut() }

let folder: string
const at = (...path: string[]) => join(folder, ...path)
const bytes = Uint8Array.from({ length: count * side * side * 3 }, (_, i) => (i * 37 + (i >> 5) * 11) % 256)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-pictures-'))
  await mkdir(at('pictures'))
  const shards: [string, Buffer][][] = [[], []]
  for (let i = 0; i < count; i++) {
    const raw = { width: side, height: side, channels: 3 } as const
    const png = await sharp(bytes.subarray(i * side * side * 3, (i + 1) * side * side * 3), { raw })
      .png()
      .toBuffer()
    await writeFile(at('pictures', `${i}.png`), png)
    shards[Math.floor(i / 4)].push([`${i}.png`, png], [`${i}.cls`, Buffer.from(String(i % 3))])
  }
  for (const [i, members] of shards.entries()) {
    await writeFile(at(`shard-00${i}.tar`), tar(members))
  }
})
afterAll(() => rm(folder, { recursive: true }))

async function pixels({ read }: Pictures, chosen: readonly number[]): Promise<Uint8Array[]> {
  const { images, rows } = await read(Int32Array.from(chosen))
  const size = images.data.length / images.shape[0]
  return Array.from(rows, row => Uint8Array.from(images.data.subarray(row * size, (row + 1) * size)))
}

const expected = (chosen: readonly number[]) =>
  chosen.map(i => bytes.slice(i * side * side * 3, (i + 1) * side * side * 3))

describe('openPictures', () => {
  it('gives a folder’s pictures, the same from memory and read batch by batch', async () => {
    const inMemory = await openPictures(pictureSource(at('pictures')), { shape }, context)
    const streamed = await openPictures(pictureSource(at('pictures')), { shape, memory: 100 }, context)
    expect(notes.at(-1)).toContain('read batch by batch')
    for (const pictures of [inMemory, streamed]) {
      expect(pictures).toMatchObject({ count, shape })
      expect(pictures.names).toEqual(Array.from({ length: count }, (_, i) => `${i}.png`))
      expect(await pixels(pictures, [5, 0, 5, 2])).toEqual(expected([5, 0, 5, 2]))
    }
  })

  it('gives those of shards, with their keys and classes, the same from memory and by their places', async () => {
    const source = pictureSource(`wds:${at('shard-{000..001}.tar')}`)
    const kept = await openPictures(source, { shape }, context)
    const streamed = await openPictures(source, { shape, memory: 100 }, context)
    expect(notes.at(-1)).toContain('read batch by batch')
    for (const pictures of [kept, streamed]) {
      expect(pictures.names).toEqual(Array.from({ length: count }, (_, i) => String(i)))
      expect(pictures.labels).toEqual(Int32Array.from({ length: count }, (_, i) => i % 3))
      expect(await pixels(pictures, [6, 1, 6, 0])).toEqual(expected([6, 1, 6, 0]))
    }
  })

  it('takes an IDX file’s own shape, and refuses one that is not the run’s', async () => {
    const header = Buffer.from([0, 0, 8, 4, 0, 0, 0, count, 0, 0, 0, side, 0, 0, 0, side, 0, 0, 0, 3])
    await writeFile(at('colours.idx'), Buffer.concat([header, bytes]))
    const source = pictureSource(`idx:${at('colours.idx')}`)
    const pictures = await openPictures(source, {}, context)
    expect(pictures.shape).toEqual([side, side, 3])
    expect(await pixels(pictures, [3])).toEqual(expected([3]))
    const wrong = openPictures(source, { shape: [side, side, 1] }, context)
    await expect(wrong).rejects.toThrow("of the run's shape [10,10,1], got [10,10,3]")
  })
})

describe('pictureSource', () => {
  it('knows folders, IDX files and shards, and drives of Windows', () => {
    expect(pictureSource('/a/b')).toEqual({ kind: 'folder', folder: '/a/b' })
    expect(pictureSource('idx:/a/b.gz')).toEqual({ kind: 'idx', file: '/a/b.gz' })
    expect(pictureSource('wds:/a/{0..3}.tar')).toEqual({ kind: 'shards', pattern: '/a/{0..3}.tar' })
    expect(pictureSource('c:/pictures').kind).toBe('folder')
    for (const wrong of ['http://x', 'idx:', ''])
      expect(() => pictureSource(wrong)).toThrow('--images must be')
  })
})
