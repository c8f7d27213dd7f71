import { expect, test } from 'vitest'
import { decodeImage } from './decode-image.ts'

const file = (header: string, pixels: readonly number[] = []) =>
  Buffer.concat([Buffer.from(header), Buffer.from(pixels)])
const size = [1, 2] as const

test.each<[string, Buffer, number[]]>([
  ['P6', file('P6 2 1 255\n', [255, 0, 0, 0, 0, 255]), [255, 0, 0, 0, 0, 255]],
  [
    'P6 of 16 bits',
    file('P6 2 1 65535\n', [255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]),
    [255, 0, 0, 0, 0, 255],
  ],
  ['P3', file('P3\n# made by hand\n2 1 5\n5 0 0\n0 0 5\n'), [255, 0, 0, 0, 0, 255]],
  ['P5', file('P5\n2 # wide\n1\n100\n', [0, 100]), [0, 0, 0, 255, 255, 255]],
  ['P2', file('P2 2 1 3 0 3'), [0, 0, 0, 255, 255, 255]],
  ['P4', file('P4 2 1\n', [0b10000000]), [0, 0, 0, 255, 255, 255]],
  ['P1', file('P1 2 1 10'), [0, 0, 0, 255, 255, 255]],
])('%s is read', async (_, bytes, expected) => {
  expect([...(await decodeImage(bytes, { size }))]).toEqual(expected)
})

test.each<[string, Buffer, RegExp]>([
  ['cut', file('P6 2 1 255\n', [1, 2, 3]), /got a PNM that is truncated/],
  ['of a value too large', file('P2 2 1 3 0 4'), /values above its largest/],
  ['without a size', file('P5 x'), /a PNM of NaN × NaN/],
  ['huge', file('P6 99999 99999 255\n'), /99999 × 99999/],
])('one %s is refused', async (_, bytes, message) => {
  await expect(decodeImage(bytes, { size })).rejects.toThrow(message)
})
