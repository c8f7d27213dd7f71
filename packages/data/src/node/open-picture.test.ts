import { type TiffTag, tiff } from '@chiaro/test-kit'
import sharp from 'sharp'
import { describe, expect, it, test } from 'vitest'
import { decodeImage } from './decode-image.ts'

const one = async (bytes: Uint8Array, width = 1, channels: 1 | 3 | 4 = 3) => [
  ...(await decodeImage(bytes, { size: [1, width], channels })),
]

describe('a TIFF', () => {
  const format = (kind: number): TiffTag => [339, 3, [kind]]
  it.each<[string, ArrayBufferView, readonly TiffTag[], RegExp]>([
    [
      'float',
      Float32Array.of(0, 0.5, 1),
      [format(3)],
      /a TIFF of floating-point numbers, .* save it with 8 or 16/,
    ],
    ['int16', Int16Array.of(-100, 0, 1000), [format(2)], /a TIFF of 16 bits with sign/],
    ['int8', Int8Array.of(-100, 0, 100), [format(2)], /a TIFF of 8 bits with sign/],
    ['uint32', Uint32Array.of(0, 1e6, 3e9), [], /a TIFF of 32 bits/],
    ['int32', Int32Array.of(0, 1e6, 1e9), [format(2)], /a TIFF of 32 bits with sign/],
  ])('of numbers without a range is refused: %s', async (_, pixels, tags, message) => {
    await expect(one(tiff(3, 1, pixels, tags), 3)).rejects.toThrow(message)
  })

  it('of 8 and 16 bits has its full range', async () => {
    expect(await one(tiff(3, 1, Uint8Array.of(0, 100, 255)), 3, 1)).toEqual([0, 100, 255])
    const deep = await one(tiff(3, 1, Uint16Array.of(0, 100 * 257, 65535)), 3, 1)
    for (const [i, value] of [0, 100, 255].entries()) expect(Math.abs(deep[i] - value)).toBeLessThanOrEqual(1)
  })

  const extra = (...kinds: number[]): TiffTag => [338, 3, kinds]
  it.each<[string, ArrayBufferView, readonly TiffTag[], number[]]>([
    ['unspecified', Uint8Array.of(200, 100, 50, 0), [extra(0)], [200, 100, 50, 255]],
    ['not said', Uint8Array.of(200, 100, 50, 7), [], [200, 100, 50, 255]],
    ['16 bits', Uint16Array.of(200, 100, 50, 0).map(x => 257 * x), [extra(0)], [200, 100, 50, 255]],
    ['alpha', Uint8Array.of(200, 100, 50, 128), [extra(2)], [200, 100, 50, 128]],
  ])('has alpha in its fourth band only where it says so: %s', async (_, pixels, tags, wanted) => {
    const bytes = tiff(1, 4, pixels, tags)
    const got = await one(bytes, 1, 4)
    for (let i = 0; i < 4; i++) expect(Math.abs(got[i] - wanted[i])).toBeLessThanOrEqual(1)
    const laid = wanted.slice(0, 3).map(value => 255 + ((value - 255) * wanted[3]) / 255)
    for (const [i, value] of (await one(bytes)).entries()) {
      expect(Math.abs(value - laid[i])).toBeLessThanOrEqual(1)
    }
  })

  it('of grey with a second band that nothing is said of is grey', async () => {
    expect(await one(tiff(1, 2, Uint8Array.of(77, 0), [extra(0)]))).toEqual([77, 77, 77])
  })

  it('with unsorted or unknown tags is whole', async () => {
    const sorted = tiff(2, 1, Uint8Array.of(20, 200))
    const swapped = Buffer.from(sorted)
    sorted.copy(swapped, 10, 22, 34)
    sorted.copy(swapped, 22, 10, 22)
    expect(await one(swapped, 2, 1)).toEqual([20, 200])
    expect(await one(tiff(2, 1, Uint8Array.of(20, 200), [[60_000, 3, [1]]]), 2, 1)).toEqual([20, 200])
    await expect(one(sorted.subarray(0, -1), 2)).rejects.toThrow(/must be a picture that can be decoded/)
  })
})

test.each([
  [220, 30, 30],
  [30, 200, 30],
  [30, 30, 220],
  [100, 100, 100],
  [224, 172, 105],
])('grey of %d, %d, %d is 0.299 R + 0.587 G + 0.114 B', async (r, g, b) => {
  const create = { width: 4, height: 4, channels: 3, background: { r, g, b } } as const
  const png = await sharp({ create }).png().toBuffer()
  const [grey] = await decodeImage(png, { size: [2, 2], channels: 1 })
  expect(grey).toBe(Math.round(0.299 * r + 0.587 * g + 0.114 * b))
})

describe('a JPEG', async () => {
  const [width, height] = [48, 32]
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919 + (i >> 5) * 31) % 251)
  const made = sharp(pixels, { raw: { width, height, channels: 3 } })
  const sequential = await made.clone().jpeg().toBuffer()
  const progressive = await made.clone().jpeg({ progressive: true }).toBuffer()
  const decode = (bytes: Uint8Array) => decodeImage(bytes, { size: [height, width] })
  const edited = (bytes: Buffer, edit: (copy: Buffer) => void) => {
    const copy = Buffer.from(bytes)
    edit(copy)
    return copy
  }
  const scanAt = (bytes: Buffer) => bytes.indexOf(Buffer.from([0xff, 0xda]))
  const insert = (bytes: Buffer, at: number, more: Uint8Array) =>
    Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
  const jfif = Uint8Array.of(0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 2, 1, 0, 0, 1, 0, 1, 0, 0)

  it.each<[string, Buffer, Buffer]>([
    ['spectral selection 0…0', edited(sequential, b => (b[scanAt(b) + 5 + 2 * 3 + 1] = 0)), sequential],
    ['bytes before a segment', insert(sequential, scanAt(sequential), Uint8Array.of(0, 0, 0x12)), sequential],
    ['JFIF 2.01', insert(sequential, 2, jfif), sequential],
    ['bytes before the end', insert(sequential, sequential.length - 2, Uint8Array.of(0, 1, 2)), sequential],
    ['a film behind the end', Buffer.concat([sequential, Buffer.from('ftypmp42'.repeat(99))]), sequential],
    ['no end', sequential.subarray(0, -2), sequential],
    ['a progressive one without an end', progressive.subarray(0, -2), progressive],
    ['two of them', insert(sequential, scanAt(sequential), Uint8Array.of(7)).subarray(0, -2), sequential],
  ])('that only makes a decoder warn is whole: %s', async (_, bytes, clean) => {
    expect(Buffer.compare(await decode(bytes), await decode(clean))).toBe(0)
  })

  it.each([
    ['sequential', sequential],
    ['progressive', progressive],
  ])('cut anywhere is an error, whatever size it is brought to: %s', async (_, whole) => {
    for (let length = 3; length < whole.length - 4; length += 29) {
      const cut = whole.subarray(0, length)
      for (const size of [[height, width] as const, [2, 3] as const]) {
        await expect(decodeImage(cut, { size }), `cut at ${length}`).rejects.toThrow(/that can be decoded/)
      }
    }
  })

  it('with a broken scan is an error', async () => {
    const broken = edited(sequential, b => b.fill(0xff, b.length - 300, b.length - 200))
    await expect(decode(broken)).rejects.toThrow(/must be a picture that can be decoded/)
  })
})
