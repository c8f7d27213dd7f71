import { File } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { batches } from '../batches.ts'
import { blobBatches } from './blob-batches.ts'
import { decodeBlob, placeOf } from './decode-blob.ts'
import { listFiles, listHandles } from './list-files.ts'
import { loadBlobs } from './load-blobs.ts'
import { readIdxBlob } from './read-idx-blob.ts'

// What a page has and Node has not: a decoder (sharp here) and a canvas, which draws one pixel a cell.
interface Bitmap {
  readonly width: number
  readonly height: number
  readonly data: Buffer
  close(): void
}
const decoded: string[] = []
const closed: Bitmap[] = []

class Canvas {
  readonly rgba: Uint8ClampedArray
  readonly width: number
  constructor(width: number, height: number) {
    this.width = width
    this.rgba = new Uint8ClampedArray(width * height * 4)
  }
  getContext() {
    return {
      fillStyle: '',
      fillRect: () => this.rgba.fill(255),
      drawImage: ({ data, width }: Bitmap, left: number, top: number, wide: number, high: number) => {
        for (let y = Math.ceil(top); y < top + high; y++) {
          for (let x = Math.ceil(left); x < left + wide; x++) {
            const from = 4 * (y - Math.ceil(top)) * width + 4 * (x - Math.ceil(left))
            this.rgba.set(data.subarray(from, from + 4), 4 * (y * this.width + x))
          }
        }
      },
      getImageData: () => ({ data: this.rgba }),
    }
  }
}

beforeEach(() => {
  decoded.length = 0
  closed.length = 0
  vi.stubGlobal('OffscreenCanvas', Canvas)
  vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
    decoded.push((blob as unknown as File).name)
    const picture = sharp(Buffer.from(await blob.arrayBuffer()))
      .ensureAlpha()
      .raw()
    const { data, info } = await picture.toBuffer({ resolveWithObject: true })
    const bitmap: Bitmap = { width: info.width, height: info.height, data, close: () => closed.push(bitmap) }
    return bitmap
  })
})
afterEach(() => vi.unstubAllGlobals())

async function png(name: string, width: number, height: number, background: string) {
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer()
  return new File([bytes], name) as unknown as globalThis.File
}

test('decodes to rows of bytes, in colour and grey', async () => {
  const file = await png('a.png', 2, 1, '#0a141e')
  expect([...(await decodeBlob(file, { size: [1, 2] }))]).toEqual([10, 20, 30, 10, 20, 30])
  // 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15
  expect([...(await decodeBlob(file, { size: [1, 2], channels: 1 }))]).toEqual([18, 18])
  expect([...(await decodeBlob(file, { size: [3, 2], channels: 1 }))]).toEqual([255, 255, 18, 18, 255, 255])
  expect(closed).toHaveLength(3)
})

test('places pictures in the middle', () => {
  expect(placeOf([100, 200], [50, 50], 'contain')).toEqual({ left: 0, top: 12.5, width: 50, height: 25 })
  expect(placeOf([100, 200], [50, 50], 'cover')).toEqual({ left: -25, top: 0, width: 100, height: 50 })
  expect(placeOf([100, 200], [50, 50], 'fill')).toEqual({ left: 0, top: 0, width: 50, height: 50 })
})

test('a bomb and what is no picture are refused before they are decoded', async () => {
  const bomb = await png('bomb.png', 300, 300, 'red')
  const bytes = new Uint8Array(await bomb.arrayBuffer())
  new DataView(bytes.buffer).setUint32(16, 10_000)
  new DataView(bytes.buffer).setUint32(20, 10_000)
  const claimed = new File([bytes], 'bomb.png') as unknown as Blob
  const message = /bomb\.png: must have at most 67108864 pixels, got 10000 × 10000/
  await expect(decodeBlob(claimed, { size: [1, 1] })).rejects.toThrow(message)
  const svg = new File(['<svg/>'], 'x.svg') as unknown as Blob
  await expect(decodeBlob(svg, { size: [1, 1] })).rejects.toThrow(
    /x\.svg: must be PNG, JPEG, WebP, GIF or BMP/,
  )
  expect(decoded).toEqual([])
  const cut = new File([bytes.subarray(0, 40)], 'cut.png') as unknown as Blob
  await expect(decodeBlob(cut, { size: [1, 1], maximumPixels: 2 ** 30 })).rejects.toMatchObject({
    code: 'data',
  })
  await expect(decodeBlob(cut, { size: [0, 1] })).rejects.toThrow(RangeError)
})

test('lists chosen files and folders by their paths', async () => {
  const at = (path: string) =>
    Object.assign(new File([''], path.split('/').at(-1) ?? ''), { webkitRelativePath: path })
  const chosen = ['top/dogs/b.png', 'top/cats/a.JPG', 'top/.x/c.png', 'top/notes.txt', 'top/z.webp'].map(at)
  const told: (readonly string[])[] = []
  const listed = listFiles(chosen as unknown as globalThis.File[], { onOthers: names => told.push(names) })
  expect(told).toEqual([['.x/c.png', 'notes.txt']])
  expect(listed.map(({ name, label }) => [name, label])).toEqual([
    ['cats/a.JPG', 'cats'],
    ['dogs/b.png', 'dogs'],
    ['z.webp', undefined],
  ])
  expect(() => listFiles([])).toThrow(/there must be pictures .*, got none/)
  const others = ['top/a.heic', 'top/b.heic'].map(at) as unknown as globalThis.File[]
  expect(() => listFiles(others)).toThrow(/got other files only: 2 \.heic/)
})

test('lists a folder of the private file system, and streams it', async () => {
  const files = [
    await png('b.png', 1, 1, '#010101'),
    await png('a.png', 1, 1, '#020202'),
    await png('c.png', 1, 1, '#030303'),
  ]
  const handle = (file: globalThis.File) => ({ kind: 'file', name: file.name, getFile: async () => file })
  const folder = (name: string, children: readonly unknown[]) => ({
    kind: 'directory',
    name,
    values: async function* () {
      yield* children
    },
  })
  const root = folder('', [handle(files[0]), folder('sub', [handle(files[2])]), handle(files[1])])
  const listed = await listHandles(root as unknown as FileSystemDirectoryHandle)
  expect(listed.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'sub/c.png'])
  const found: number[][] = []
  const order = batches(listed, { batchSize: 2, epochs: 1, dropLast: false })
  for await (const { data, shape } of blobBatches(listed, order, { size: [1, 1] }))
    found.push([...shape, ...data])
  expect(found).toEqual([
    [2, 1, 1, 3, 2, 2, 2, 1, 1, 1],
    [1, 1, 1, 3, 3, 3, 3],
  ])
  const outside = [{ indices: Int32Array.of(3), epoch: 0, next: { epoch: 1, index: 0 } }]
  await expect(blobBatches(listed, outside, { size: [1, 1] }).next()).rejects.toThrow(
    /order.indices\[0\] must be an integer from 0 to 2/,
  )
})

test('loads what can be decoded, and names all the rest by their paths', async () => {
  const good = [await png('a.png', 1, 1, '#010101'), await png('c.png', 1, 1, '#030303')]
  const cut = new File(
    [new Uint8Array(await good[0].arrayBuffer()).subarray(0, 40)],
    'b.png',
  ) as unknown as globalThis.File
  const gone = {
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error('The file was moved.')) }),
  } as unknown as globalThis.File
  const at = (name: string, file: globalThis.File) => ({ name, open: async () => file })
  const files = [at('x/b.png', cut), at('x/a.png', good[0]), at('x/d.png', gone), at('x/c.png', good[1])]
  const problems: string[] = []
  const told: string[] = []
  const onProgress = (done: number, of: number) => told.push(`${done}/${of}`)
  const onBad = ({ problem }: { problem: string }) => problems.push(problem)
  const loaded = await loadBlobs(files, { size: [1, 1], onBad, onProgress, concurrency: 1 })
  expect(loaded).toEqual({
    data: Uint8Array.of(1, 1, 1, 3, 3, 3),
    shape: [2, 1, 1, 3],
    rows: Int32Array.of(-1, 0, -1, 1),
  })
  expect(problems[0]).toMatch(/^x\/b\.png: must be a picture that can be decoded, got /)
  expect(problems[1]).toBe('x/d.png: must be a file that can be read, got The file was moved.')
  expect(told).toEqual(['1/4', '2/4', '3/4', '4/4'])
  await expect(loadBlobs(files, { size: [1, 1] })).rejects.toThrow(
    /^loadBlobs: 2 pictures can't be used: x\/b\.png: .*; x\/d\.png: /,
  )
  await expect(loadBlobs([], { size: [1, 1] })).rejects.toThrow('files')
  const stopped = AbortSignal.abort(new Error('stopped'))
  await expect(loadBlobs(files, { size: [1, 1], onBad, signal: stopped })).rejects.toThrow('stopped')
})

test('large pictures are decoded one after another', async () => {
  const large = await png('large.png', 1, 1, '#020202')
  const bytes = new Uint8Array(await large.arrayBuffer())
  new DataView(bytes.buffer).setUint32(16, 6000)
  new DataView(bytes.buffer).setUint32(20, 6000)
  const claimed = new File([bytes], 'large.png') as unknown as globalThis.File
  let [now, most] = [0, 0]
  vi.stubGlobal('createImageBitmap', async () => {
    most = Math.max(most, ++now)
    await new Promise(done => setTimeout(done, 5))
    now -= 1
    return { width: 1, height: 1, data: Buffer.alloc(4), close() {} }
  })
  const files = ['a', 'b', 'c'].map(name => ({ name, open: async () => claimed }))
  await loadBlobs(files, { size: [1, 1] })
  expect(most).toBe(1)
})

test('bad pictures are all named, or told and left out of their batches', async () => {
  const text = (name: string) => new File(['no picture'], name) as unknown as globalThis.File
  const files = [
    await png('a.png', 1, 1, '#010101'),
    text('b.png'),
    await png('c.png', 1, 1, '#030303'),
    text('d.png'),
  ]
  const listed = listFiles(files)
  const order = () => batches(listed, { batchSize: 4, epochs: 1 })
  await expect(blobBatches(listed, order(), { size: [1, 1] }).next()).rejects.toThrow(
    /^blobBatches: 2 pictures can't be used: b\.png: must be PNG, .*; d\.png: must be/,
  )
  const told: BadPicture[] = []
  const options = { size: [1, 1], onBad: (bad: BadPicture) => told.push(bad) } as const
  const { value } = await blobBatches(listed, order(), options).next()
  expect(value).toMatchObject({ indices: Int32Array.of(0, 2), shape: [2, 1, 1, 3] })
  expect([...(value?.data ?? [])]).toEqual([1, 1, 1, 3, 3, 3])
  expect(told.map(({ picture }) => picture)).toEqual(['b.png', 'd.png'])
  const endless = blobBatches([listed[1]], batches(1, { batchSize: 1 }), options)
  await expect(endless.next()).rejects.toThrow('b.png: must be PNG')
})

test('reads IDX, packed and not; a bomb stops at its limit', async () => {
  const bytes = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9)
  const blob = (content: Uint8Array) => new File([content], 'x.idx') as unknown as Blob
  const expected = { shape: [2], values: Uint8Array.of(7, 9) }
  expect(await readIdxBlob(blob(bytes))).toEqual(expected)
  expect(await readIdxBlob(blob(gzipSync(bytes)))).toEqual(expected)
  const cut = gzipSync(bytes).subarray(0, 20)
  await expect(readIdxBlob(blob(cut))).rejects.toThrow(/x\.idx: must be a whole file/)
  const bomb = blob(gzipSync(new Uint8Array(1_000_000)))
  await expect(readIdxBlob(bomb, { largest: 1000 })).rejects.toThrow(/at most 2024 bytes, unpacked, got more/)
})
