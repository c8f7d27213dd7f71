import { describeBackends, expectNoLeak } from '@chiaro/test-kit'
import { expect, test } from 'vitest'
import { type HostImages, toImageTensor } from './image-tensor.ts'

/** Two pictures of 1 × 2 pixels, 3 channels. */
const images: HostImages = {
  data: Uint8Array.of(0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6),
  shape: [2, 1, 2, 3],
}

describeBackends('toImageTensor', () => {
  test('is byte / 255 in float32, 255 being exactly 1', async () => {
    const tensor = toImageTensor(images)
    expect(tensor.shape).toEqual([2, 1, 2, 3])
    expect(tensor.dtype).toBe('float32')
    expect([...(await tensor.data())]).toEqual(Array.from(images.data, byte => Math.fround(byte / 255)))
    tensor.dispose()
  })

  test('takes the pictures asked for, in that order, repeated if asked', async () => {
    const tensor = toImageTensor(images, Int32Array.of(1, 0, 1))
    expect(tensor.shape).toEqual([3, 1, 2, 3])
    const expected = [6, 0, 6].flatMap(at =>
      Array.from(images.data.subarray(at, at + 6), b => Math.fround(b / 255)),
    )
    expect([...(await tensor.data())]).toEqual(expected)
    tensor.dispose()
  })

  test('leaves one tensor', () => {
    expectNoLeak(() => toImageTensor(images))
  })

  test('refuses data of another size and pictures that are not there', () => {
    expect(() => toImageTensor({ ...images, shape: [3, 1, 2, 3] })).toThrow(/18 bytes.*got 12 bytes/)
    expect(() => toImageTensor(images, [0, 2])).toThrow(/indices\[1\] must be an integer from 0 to 1, got 2/)
    expect(() => toImageTensor(images, [0.5])).toThrow(/indices\[0\] must be an integer from 0 to 1, got 0.5/)
  })
})
