import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { pictureSize } from './picture-size.ts'

const picture = sharp({ create: { width: 37, height: 301, channels: 4, background: '#12345680' } })

test.each([
  ['PNG', () => picture.clone().png()],
  ['GIF', () => picture.clone().gif()],
  ['JPEG', () => picture.clone().jpeg()],
  [
    'progressive JPEG with metadata',
    () =>
      picture
        .clone()
        .withExif({ IFD0: { Artist: 'x'.repeat(9000) } })
        .jpeg({ progressive: true }),
  ],
  ['WebP', () => picture.clone().removeAlpha().webp()],
  ['WebP with alpha', () => picture.clone().webp()],
  ['lossless WebP', () => picture.clone().webp({ lossless: true })],
])('reads the size of %s', async (_, encode) => {
  const bytes = await encode().toBuffer()
  expect(pictureSize(bytes)).toEqual({ width: 37, height: 301 })
  for (let length = 0; length < 30; length++)
    expect(() => pictureSize(bytes.subarray(0, length))).not.toThrow()
})

test('reads the size of a BMP, from the top or not', () => {
  const bmp = Buffer.alloc(54)
  bmp.write('BM')
  bmp.writeUInt32LE(40, 14)
  bmp.writeInt32LE(37, 18)
  for (const height of [301, -301]) {
    bmp.writeInt32LE(height, 22)
    expect(pictureSize(bmp)).toEqual({ width: 37, height: 301 })
  }
})

test('other bytes have none', () => {
  expect(pictureSize(new Uint8Array(0))).toBeUndefined()
  expect(pictureSize(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeUndefined()
  const jpeg = fc.uint8Array({ maxLength: 60 }).map(rest => Uint8Array.of(0xff, 0xd8, ...rest))
  fc.assert(
    fc.property(jpeg, bytes => void pictureSize(bytes)),
    { numRuns: 2000, seed: 1 },
  )
})
