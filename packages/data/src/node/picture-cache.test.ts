import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { checkImages, type LoadImagesOptions, loadImages } from './load-images.ts'
import { type ShardBatch, shardBatches } from './shard-batches.ts'

let folder: string
let notes: string[]
const at = (...path: string[]) => join(folder, ...path)
const size: [number, number] = [2, 3]
const pictures = ['a.png', 'b.png', 'c.png']

async function draw(name: string, grey: number): Promise<void> {
  const background = { r: grey, g: grey, b: 255 - grey }
  await sharp({ create: { width: 3, height: 2, channels: 3, background } })
    .png()
    .toFile(at(name))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-cache-'))
  notes = []
  for (const [i, name] of pictures.entries()) await draw(name, 40 * i)
})
afterEach(() => rm(folder, { recursive: true }))

const kept = (maximumBytes?: number) => ({
  folder: at('cache'),
  maximumBytes,
  onNote: (sentence: string) => notes.push(sentence),
})
const load = (options: Partial<LoadImagesOptions> = {}, names = pictures) =>
  loadImages(
    names.map(name => at(name)),
    { size, cache: kept(), ...options },
  )
const plain = (names = pictures) =>
  loadImages(
    names.map(name => at(name)),
    { size },
  )
const segments = async () => (await readdir(at('cache'))).sort()
const decodedBefore = (count: number) => `${count} pictures decoded before from ${at('cache')}`

describe('kept pictures', () => {
  it('are the same bytes as decoded ones, and those alone that are new are decoded', async () => {
    expect(await load()).toEqual(await plain())
    expect(notes).toEqual([])
    expect(await load()).toEqual(await plain())
    expect(notes).toEqual([decodedBefore(3)])
    await draw('d.png', 200)
    const more = ['d.png', 'c.png', 'a.png']
    expect(await load({}, more)).toEqual(await plain(more))
    expect(notes.at(-1)).toBe(decodedBefore(2))
    expect(await segments()).toHaveLength(2)
    expect(await load({}, more)).toEqual(await plain(more))
    expect(notes.at(-1)).toBe(decodedBefore(3))
  })

  it('lie in their file as they are', async () => {
    await load({}, ['a.png', 'b.png'])
    const [name] = await segments()
    const bytes = await readFile(at('cache', name))
    const pixels = bytes.subarray(-18)
    expect([...pixels]).toEqual(Array.from({ length: 6 }, () => [40, 40, 215]).flat())
  })

  it('are not taken for a changed file, other options or another size', async () => {
    await load()
    await draw('b.png', 250)
    expect(await load()).toEqual(await plain())
    expect(notes).toEqual([decodedBefore(2)])
    notes.length = 0
    await load({ channels: 1 })
    await load({ size: [3, 2] })
    await load({ fit: 'cover' })
    expect(notes).toEqual([])
  })

  it.each<[string, (file: string) => Promise<void>]>([
    ['a flipped bit', async file => writeFile(file, flipped(await readFile(file), -1))],
    ['a flipped bit in the list', async file => writeFile(file, flipped(await readFile(file), 80))],
    ['a cut', file => truncate(file, 200)],
    ['a cut in the pixels', async file => truncate(file, (await stat(file)).size - 1)],
    ['nothing', file => truncate(file, 0)],
    ['another file', file => writeFile(file, 'what else may be called so')],
  ])('that are damaged are decoded anew, and it is said once: %s', async (_, damage) => {
    await load()
    const [name] = await segments()
    await damage(at('cache', name))
    expect(await load()).toEqual(await plain())
    const dropped = notes.filter(note => note.includes(`${at('cache', name)} is dropped, as`))
    expect(dropped).toHaveLength(1)
    expect(dropped[0]).toMatch(/its pictures are decoded anew$/)
    notes.length = 0
    expect(await load()).toEqual(await plain())
    expect(notes.filter(note => note.includes('dropped'))).toEqual([])
  })

  it('do not hide bad pictures, which are told each time', async () => {
    await writeFile(at('bad.png'), 'no picture')
    const told: BadPicture[][] = []
    for (let time = 0; time < 2; time++) {
      const bad: BadPicture[] = []
      const sources = [...pictures, 'bad.png'].map((name, i) => ({
        image: at(name),
        file: 'p.csv',
        row: i + 2,
      }))
      const { rows } = await loadImages(sources, { size, cache: kept(), onBad: one => bad.push(one) })
      expect([...rows]).toEqual([0, 1, 2, -1])
      told.push(bad)
    }
    expect(told[0]).toHaveLength(1)
    expect(told[1]).toEqual(told[0])
    expect(notes).toEqual([decodedBefore(3)])
    // Without onBad too the good ones are kept.
    await rm(at('cache'), { recursive: true })
    await expect(load({}, [...pictures, 'bad.png'])).rejects.toThrow('bad.png must be a picture')
    notes.length = 0
    await load()
    expect(notes).toEqual([decodedBefore(3)])
  })

  it('take no more than they may; what was used longest ago is dropped', async () => {
    await load({}, ['a.png'])
    const [first] = await segments()
    // Two segments of one picture each fit, three do not.
    const maximumBytes = Math.round(2.5 * (await stat(at('cache', first))).size)
    const one = async (name: string) => {
      await load({ cache: kept(maximumBytes) }, [name])
      return segments()
    }
    await utimes(at('cache', first), 1, 1)
    const second = (await one('b.png')).find(name => name !== first) as string
    await utimes(at('cache', second), 2, 2)
    await one('a.png')
    const last = await one('c.png')
    expect(last).toContain(first)
    expect(last).not.toContain(second)
    let total = 0
    for (const name of last) total += (await stat(at('cache', name))).size
    expect(total).toBeLessThanOrEqual(maximumBytes)
  })

  it('are none where they would take more than half of it', async () => {
    expect(await load({ cache: kept(100) })).toEqual(await plain())
    expect(notes).toEqual([`${at('cache')} keeps at most 50 bytes at once, and not these pictures`])
    await expect(segments()).rejects.toThrow('ENOENT')
  })

  it('cost a note where the folder can’t be written', async () => {
    await writeFile(at('cache'), 'a file')
    expect(await load()).toEqual(await plain())
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(/cache cannot keep decoded pictures: /)
  })

  it('leave nothing half behind, and take away what a killed process left', async () => {
    await load({}, ['a.png'])
    const [name] = await segments()
    const [old, young] = [`${name}.1.partial`, `${name}.2.partial`]
    for (const half of [old, young]) await writeFile(at('cache', half), 'half')
    await utimes(at('cache', old), 1, 1)
    await load({}, ['b.png'])
    const left = await segments()
    expect(left).not.toContain(old)
    expect(left).toContain(young)
    expect(left).toHaveLength(3)
  })
})

const flipped = (bytes: Buffer, place: number) => {
  const at = place < 0 ? bytes.length + place : place
  bytes[at] ^= 1
  return bytes
}

it('checkImages keeps that pictures can be decoded, and no pixels', async () => {
  const check = () =>
    checkImages(
      pictures.map(name => at(name)),
      { size: [500, 500], cache: kept() },
    )
  expect([await check(), await check()]).toEqual([3, 3])
  expect(notes).toEqual([decodedBefore(3)])
  const [name] = await segments()
  expect((await stat(at('cache', name))).size).toBeLessThan(2000)
})

it('pictures of shards are kept by their places', async () => {
  const packed = pack()
  for (const name of pictures) {
    packed.entry({ name }, await readFile(at(name)))
    packed.entry({ name: name.replace('png', 'cls') }, '1')
  }
  packed.entry({ name: 'bad.png' }, 'no picture')
  packed.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of packed) chunks.push(chunk as Buffer)
  await writeFile(at('0.tar'), Buffer.concat(chunks))
  const all = async (cached: boolean) => {
    const found: ShardBatch[] = []
    const bad: BadPicture[] = []
    const cache = cached ? kept() : undefined
    const options = { batchSize: 2, size, dropLast: false, cache, onBad: (one: BadPicture) => bad.push(one) }
    for await (const batch of shardBatches([at('0.tar')], options)) found.push(batch)
    return { found, bad }
  }
  const expected = await all(false)
  expect(expected.bad).toHaveLength(1)
  expect(await all(true)).toEqual(expected)
  expect(notes).toEqual([])
  expect(await all(true)).toEqual(expected)
  expect(notes).toEqual([decodedBefore(3)])
})
