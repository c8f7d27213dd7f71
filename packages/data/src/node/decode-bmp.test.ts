import { bmp } from '@chiaro/test-kit'
import { expect, test } from 'vitest'
import { decodeImage } from './decode-image.ts'

const [red, green, blue, white] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
]
// Blue, green, red, and a byte of nothing.
const palette = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0]
const masks = [0x00, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0]

// Two rows of two: red and green above, blue and white below. A file has the lowest row first.
test.each<[string, Buffer]>([
  ['24 bits', bmp(2, 2, 24, [], [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0])],
  ['24 bits, from the top', bmp(2, -2, 24, [], [0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0])],
  [
    '32 bits, the fourth zero',
    bmp(2, 2, 32, [], [255, 0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0]),
  ],
  ['8 bits', bmp(2, 2, 8, [...palette, ...Array(252 * 4).fill(9)], [2, 3, 0, 0, 0, 1, 0, 0])],
  ['4 bits', bmp(2, 2, 4, [...palette, ...Array(12 * 4).fill(9)], [0x23, 0, 0, 0, 0x01, 0, 0, 0])],
  ['16 bits', bmp(2, 2, 16, [], [0x1f, 0x00, 0xff, 0x7f, 0x00, 0x7c, 0xe0, 0x03])],
  ['16 bits of masks 5, 6, 5', bmp(2, 2, 16, masks, [0x1f, 0x00, 0xff, 0xff, 0x00, 0xf8, 0xe0, 0x07], 3)],
])('a bitmap of %s', async (_, bytes) => {
  expect([...(await decodeImage(bytes, { size: [2, 2] }))]).toEqual([...red, ...green, ...blue, ...white])
})

test('a bitmap of one bit', async () => {
  const bytes = bmp(3, 1, 1, [0, 0, 255, 0, 255, 0, 0, 0], [0b10100000, 0, 0, 0])
  expect([...(await decodeImage(bytes, { size: [1, 3] }))]).toEqual([...blue, ...red, ...blue])
})

test.each<[string, Buffer, RegExp]>([
  ['cut', bmp(2, 2, 24, [], [1, 2, 3]), /got a BMP that is truncated/],
  ['a header only', Buffer.from('BM'), /got a BMP that is truncated/],
  ['packed', bmp(2, 2, 8, [], [0, 0], 1), /compression 1; only uncompressed ones are read/],
  ['huge', bmp(100_000, 100_000, 24, [], []), /100000 × 100000; from 1 to 67108864 pixels/],
  ['of a colour it has not', bmp(1, 1, 8, [], [200, 0, 0, 0]), /BMP/],
])('a bitmap that is %s is refused', async (_, bytes, message) => {
  if (bytes.length > 54) bytes.writeUInt32LE(bytes.readUInt16LE(28) === 8 ? 2 : 0, 46)
  await expect(decodeImage(bytes, { size: [2, 2] })).rejects.toThrow(message)
})
