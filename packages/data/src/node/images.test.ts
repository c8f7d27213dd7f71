import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { ChiaroError } from '@chiaro/core'
import { key } from '@chiaro/random/host'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { batches } from '../batches.ts'
import { type DecodeOptions, decodeImage } from './decode-image.ts'
import { type ImageBatch, imageBatches } from './image-batches.ts'
import { checkImages, loadImages } from './load-images.ts'

let folder: string
const at = (name: string) => join(folder, name)
/** Height 1, width 2: a red pixel, then a blue one. */
const redBlue = Uint8Array.of(255, 0, 0, 0, 0, 255)
const size: [number, number] = [1, 2]
const raw = (data: Uint8Array, width: number, height: number, channels: 1 | 2 | 3 | 4 = 3) =>
  sharp(data, { raw: { width, height, channels } })

/** A PNG header that claims a size, with no pixels behind it. */
function claim(width: number, height: number): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type), body])
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(body.length)
    crc.writeUInt32BE(crc32(typed))
    return Buffer.concat([length, typed, crc])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(8)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-images-'))
  await raw(redBlue, 2, 1).png().toFile(at('good.png'))
  const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251)
  const jpeg = await raw(noise, 64, 64).jpeg().toBuffer()
  const png = await raw(noise, 64, 64).png().toBuffer()
  await writeFile(at('truncated.jpg'), jpeg.subarray(0, jpeg.length >> 1))
  await writeFile(at('truncated.png'), png.subarray(0, png.length >> 1))
  const corrupt = Buffer.from(png)
  corrupt.fill(0x55, 200, 400)
  await writeFile(at('corrupt.png'), corrupt)
  await writeFile(at('empty.png'), '')
  await writeFile(at('text.png'), 'this is no picture')
  await writeFile(at('bomb.png'), claim(60_000, 60_000))
  // Ten pictures of one pixel whose grey level tells them apart.
  for (let i = 0; i < 10; i++)
    await raw(Uint8Array.of(20 * i, 20 * i, 20 * i), 1, 1)
      .png()
      .toFile(at(`${i}.png`))
})
afterAll(() => rm(folder, { recursive: true }))

const pictures = Array.from({ length: 10 }, (_, i) => `${i}.png`)

test('decodes exactly, from a file, a row and bytes', async () => {
  expect([...(await decodeImage(at('good.png'), { size }))]).toEqual([...redBlue])
  expect([...(await decodeImage({ image: at('good.png'), row: 2 }, { size }))]).toEqual([...redBlue])
  const bytes = await raw(redBlue, 2, 1).webp({ lossless: true }).toBuffer()
  expect([...(await decodeImage(bytes, { size }))]).toEqual([...redBlue])
})

test('contain keeps the whole on the background, cover crops the sides, fill stretches', async () => {
  const file = at('wide.png')
  const wide = [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255]
  await raw(Uint8Array.from([...wide, ...wide]), 4, 2)
    .png()
    .toFile(file)
  const decode = (options: Partial<DecodeOptions>) => decodeImage(file, { size: [4, 4], ...options })
  const [white, green] = [
    [255, 255, 255],
    [0, 128, 0],
  ]
  expect([...(await decode({})).subarray(0, 12)]).toEqual([white, white, white, white].flat())
  expect([...(await decode({ background: 'green' })).subarray(0, 3)]).toEqual(green)
  expect([...(await decode({})).subarray(12, 24)]).toEqual(wide)
  const filled = await decode({ fit: 'fill' })
  for (let row = 0; row < 4; row++) expect([...filled.subarray(row * 12, row * 12 + 3)]).toEqual([255, 0, 0])
  const covered = await decodeImage(file, { size: [2, 2], fit: 'cover' })
  expect(covered.length).toBe(12)
  expect(covered[0]).toBeGreaterThan(200)
  expect(covered[5]).toBeGreaterThan(200)
})

test('transparency lies on the background, or stays as a fourth channel', async () => {
  const half = await raw(Uint8Array.of(255, 0, 0, 0), 1, 1, 4)
    .png()
    .toBuffer()
  expect([...(await decodeImage(half, { size: [1, 1] }))]).toEqual([255, 255, 255])
  expect([...(await decodeImage(half, { size: [1, 1], background: '#102030' }))]).toEqual([16, 32, 48])
  expect((await decodeImage(half, { size: [1, 1], channels: 4 }))[3]).toBe(0)
  const opaque = await raw(Uint8Array.of(9, 8, 7), 1, 1)
    .png()
    .toBuffer()
  expect([...(await decodeImage(opaque, { size: [1, 1], channels: 4 }))]).toEqual([9, 8, 7, 255])
})

test('grey, 16-bit, palette, CMYK and animated pictures come in the channels asked for', async () => {
  const grey = await raw(Uint8Array.of(77, 77, 77), 1, 1)
    .toColourspace('b-w')
    .png()
    .toBuffer()
  expect((await sharp(grey).metadata()).channels).toBe(1)
  expect([...(await decodeImage(grey, { size: [1, 1] }))]).toEqual([77, 77, 77])
  expect([...(await decodeImage(grey, { size: [1, 1], channels: 1 }))]).toEqual([77])
  expect([...(await decodeImage(grey, { size: [1, 1], channels: 4 }))]).toEqual([77, 77, 77, 255])
  const deep = await raw(redBlue, 2, 1).toColourspace('rgb16').png().toBuffer()
  expect((await sharp(deep).metadata()).depth).toBe('ushort')
  expect([...(await decodeImage(deep, { size }))]).toEqual([...redBlue])
  const palette = await raw(redBlue, 2, 1).png({ palette: true }).toBuffer()
  expect([...(await decodeImage(palette, { size }))]).toEqual([...redBlue])
  const gif = await raw(redBlue, 2, 1).gif().toBuffer()
  expect([...(await decodeImage(gif, { size }))]).toEqual([...redBlue])
  const cmyk = await raw(Uint8Array.of(255, 255, 255), 1, 1)
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer()
  const [red] = await decodeImage(cmyk, { size: [1, 1] })
  expect(red).toBeGreaterThan(245)
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#0000ff"/></svg>',
  )
  expect([...(await decodeImage(svg, { size: [1, 1] }))]).toEqual([0, 0, 255])
})

test('a photograph is turned upright', async () => {
  const turned = await raw(redBlue, 2, 1).png().withMetadata({ orientation: 3 }).toBuffer()
  expect([...(await decodeImage(turned, { size }))]).toEqual([0, 0, 255, 255, 0, 0])
})

test.each([
  ['truncated.jpg', /must be a picture that can be decoded, got /],
  ['truncated.png', /must be a picture that can be decoded, got /],
  ['corrupt.png', /must be a picture that can be decoded, got /],
  ['empty.png', /must be a picture, got an empty file/],
  ['text.png', /must be a picture that can be decoded, got .*unsupported image format/],
  ['bomb.png', /must be a picture that can be decoded, got .*exceeds pixel limit/],
  ['none.png', /must exist, got nothing of that name/],
])('%s is an error that names file and row, for each way to read it', async (name, message) => {
  const row = { image: at(name), file: 'pairs.csv', row: 7 }
  const good = { image: at('good.png'), file: 'pairs.csv', row: 2 }
  const order = batches(2, { batchSize: 2 })
  const ways = {
    decodeImage: () => decodeImage(row, { size }),
    loadImages: () => loadImages([good, row], { size }),
    checkImages: () => checkImages([good, row], { size }),
    imageBatches: () => imageBatches([good, row], order, { size }).next(),
  }
  for (const [where, call] of Object.entries(ways)) {
    const error = await call().then(
      () => undefined,
      (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(ChiaroError)
    expect(error).toMatchObject({ code: 'data' })
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message.startsWith(`${where}: pairs.csv, row 7: ${at(name)} must`)).toBe(true)
  }
  await expect(decodeImage(at(name), { size })).rejects.toThrow(`decodeImage: ${at(name)}: ${at(name)} must`)
})

test('maximumPixels and maximumFileBytes are a choice', async () => {
  const small = decodeImage(at('good.png'), { size, maximumFileBytes: 10 })
  await expect(small).rejects.toThrow(/good\.png must have at most 10 bytes, got/)
  await expect(decodeImage(at('good.png'), { size, maximumPixels: 1 })).rejects.toThrow(/exceeds pixel limit/)
})

test.each<[Partial<DecodeOptions>, RegExp]>([
  [{ size: [0, 2] }, /size\[0\] must be an integer of at least 1, got 0/],
  [{ channels: 2 as 3 }, /channels must be 1, 3 or 4, got 2/],
  [{ fit: 'inside' as 'fill' }, /fit must be 'contain', 'cover' or 'fill', got 'inside'/],
  [{ background: 'no colour' }, /background must be a CSS colour, got 'no colour'/],
  [{ maximumPixels: 0 }, /maximumPixels/],
])('options outside their domain are refused: %j', async (options, message) => {
  await expect(decodeImage(at('good.png'), { size, ...options })).rejects.toThrow(message)
})

test('loadImages decodes each file once and says which picture each source has', async () => {
  const sources = [3, 1, 3, 9, 1].map(i => ({ image: at(pictures[i]) }))
  const progress: [number, number][] = []
  const loaded = await loadImages(sources, {
    size: [1, 1],
    channels: 1,
    concurrency: 2,
    onProgress: (done, total) => progress.push([done, total]),
  })
  expect(loaded.shape).toEqual([3, 1, 1, 1])
  expect(loaded.count).toBe(3)
  expect([...loaded.data]).toEqual([60, 20, 180])
  expect([...loaded.rows]).toEqual([0, 1, 0, 2, 1])
  expect(progress).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ])
})

test('loading does not depend on how many are decoded at a time', async () => {
  const load = (concurrency: number) => loadImages(pictures.map(at), { size: [3, 5], concurrency })
  const one = await load(1)
  for (const concurrency of [2, 7, 50]) expect(await load(concurrency)).toEqual(one)
})

test('more than maximumBytes is refused before anything is decoded, with the way out', async () => {
  const call = loadImages([at('0.png'), at('text.png')], { size: [10, 10], maximumBytes: 599 })
  await expect(call).rejects.toThrow(/\(599\), got 600 bytes; imageBatches streams them/)
  await expect(loadImages([], { size })).rejects.toThrow(/sources must be of length at least 1/)
})

test('bad pictures are all named at once, or told and left out', async () => {
  const sources = ['good.png', 'text.png', '3.png', 'empty.png', 'text.png', '3.png'].map((name, i) => ({
    image: at(name),
    file: 'pairs.csv',
    row: i + 2,
  }))
  const failing = loadImages(sources, { size })
  await expect(failing).rejects.toThrow(/2 pictures can't be used: pairs\.csv, row 3: .*text\.png must/)
  await expect(failing).rejects.toThrow(
    /; pairs\.csv, row 5: .*empty\.png must be a picture, got an empty file$/,
  )
  const told: BadPicture[] = []
  const loaded = await loadImages(sources, { size, onBad: bad => told.push(bad) })
  expect([...loaded.rows]).toEqual([0, -1, 1, -1, -1, 1])
  expect(loaded.shape).toEqual([2, 1, 2, 3])
  expect([...loaded.data.subarray(0, 6)]).toEqual([...redBlue])
  expect([...loaded.data.subarray(6)]).toEqual([...(await decodeImage(at('3.png'), { size }))])
  expect(told).toMatchObject([
    { picture: at('text.png'), file: 'pairs.csv', row: 3, problem: expect.stringContaining('row 3') },
    { picture: at('empty.png'), row: 5 },
  ])
  expect(await checkImages(sources, { size, onBad: () => {} })).toBe(2)
  const none = loadImages([sources[1]], { size, onBad: () => {} })
  await expect(none).rejects.toThrow(/text\.png must be a picture/)
  const many = Array.from({ length: 12 }, (_, i) => at(`none-${i}.png`))
  await expect(checkImages(many, { size })).rejects.toThrow(/12 pictures can't .*none-4.*; and 7 more$/)
})

test('checkImages counts the different pictures; of several bad ones it names the first first', async () => {
  expect(await checkImages([...pictures, ...pictures].map(at), { size })).toBe(10)
  const bad = pictures.map((name, i) =>
    i === 4 || i === 5 ? at('text.png') + (i === 4 ? '' : 'x') : at(name),
  )
  for (const concurrency of [1, 3, 10]) {
    await expect(checkImages(bad, { size, concurrency })).rejects.toThrow(`${at('text.png')} must`)
  }
})

test('an aborted signal stops loading with its reason', async () => {
  const controller = new AbortController()
  let decoded = 0
  const onProgress = () => {
    decoded += 1
    if (decoded === 3) controller.abort(new Error('stop'))
  }
  const options = { size, concurrency: 1, onProgress, signal: controller.signal }
  await expect(checkImages(pictures.map(at), options)).rejects.toThrow('stop')
  expect(decoded).toBe(3)
  await expect(loadImages(pictures.map(at), { size, signal: controller.signal })).rejects.toThrow('stop')
})

test('imageBatches gives each batch its pictures, a repeated one too', async () => {
  const sources = [...pictures, '3.png'].map(at)
  const options = { batchSize: 4, key: key(3), epochs: 2, dropLast: false }
  const got: ImageBatch[] = []
  for await (const batch of imageBatches(sources, batches(sources, options), { size: [1, 1], channels: 1 })) {
    got.push(batch)
  }
  expect(got.map(({ indices, epoch, next }) => ({ indices, epoch, next }))).toEqual([...batches(11, options)])
  for (const { indices, data, shape } of got) {
    expect(shape).toEqual([indices.length, 1, 1, 1])
    expect([...data]).toEqual(Array.from(indices, i => (i === 10 ? 60 : 20 * i)))
  }
})

test('imageBatches leaves bad pictures out of their batches where it may tell them', async () => {
  const sources = ['0.png', 'text.png', '2.png', 'empty.png', 'none.png', '5.png'].map(at)
  const order = batches(sources, { batchSize: 2, epochs: 2 })
  const told: BadPicture[] = []
  const got: ImageBatch[] = []
  const options = { size: [1, 1], channels: 1, onBad: (bad: BadPicture) => told.push(bad) } as const
  for await (const batch of imageBatches(sources, order, options)) got.push(batch)
  expect(got.map(({ indices, data }) => [...indices, ...data])).toEqual([
    [0, 0],
    [2, 40],
    [5, 100],
    [0, 0],
    [2, 40],
    [5, 100],
  ])
  expect(told.map(({ picture }) => picture)).toEqual(
    ['text.png', 'empty.png', 'none.png', 'text.png', 'empty.png', 'none.png'].map(at),
  )
  const whole = imageBatches(sources, batches(sources, { batchSize: 6 }), { size: [1, 1] })
  await expect(whole.next()).rejects.toThrow(/^imageBatches: 3 pictures can't be used: /)
})

test('imageBatches of bad pictures only ends, though the order does not', async () => {
  const sources = ['text.png', 'empty.png'].map(at)
  const told: BadPicture[] = []
  const order = batches(sources, { batchSize: 1 })
  const endless = imageBatches(sources, order, { size: [1, 1], onBad: bad => told.push(bad) })
  await expect(endless.next()).rejects.toThrow(/^imageBatches: .*text\.png must be/)
  expect(told).toHaveLength(5)
})

test('imageBatches stops reading when the consumer stops, or its signal', async () => {
  let drawn = 0
  const order = (function* () {
    for (const batch of batches(10, { batchSize: 2 })) {
      drawn += 1
      yield batch
    }
  })()
  let used = 0
  for await (const _ of imageBatches(pictures.map(at), order, { size: [1, 1], ahead: 2 })) {
    if (++used === 4) break
  }
  // One more than those in hand and ahead may have been drawn, not decoded.
  expect(drawn).toBeLessThanOrEqual(4 + 2 + 1)

  const controller = new AbortController()
  const stream = imageBatches(pictures.map(at), batches(10, { batchSize: 2 }), {
    size: [1, 1],
    signal: controller.signal,
  })
  await stream.next()
  controller.abort(new Error('stop'))
  const rest = async () => {
    for await (const _ of stream);
  }
  await expect(rest()).rejects.toThrow('stop')
})

test('an index outside the sources is refused', async () => {
  const order = batches(11, { batchSize: 11 })
  const stream = imageBatches(pictures.map(at), order, { size })
  await expect(stream.next()).rejects.toThrow(/order.indices\[10\] must be an integer from 0 to 9, got 10/)
})
