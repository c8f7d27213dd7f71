import { key } from '@chiaro/random'
import { expect, test } from 'vitest'
import { shapeNames, shapePictures } from './shapes.ts'

const shape = [32, 32, 3] as const

test('a set replays from its key, and its beginning does not depend on its length', () => {
  const [few, many, other] = [
    shapePictures(key(1), 8, shape),
    shapePictures(key(1), 24, shape),
    shapePictures(key(2), 8, shape),
  ]
  expect(many.data.subarray(0, few.data.length)).toEqual(few.data)
  expect(other.data).not.toEqual(few.data)
  expect(many.shape).toEqual([24, 32, 32, 3])
})

test('every class comes as often, and a figure stands out from its ground', () => {
  const { data, labels = new Int32Array(), names } = shapePictures(key(3), 80, shape)
  expect(shapeNames.map((_, c) => labels.filter(label => label === c).length)).toEqual(Array(8).fill(10))
  expect(new Set(names).size).toBe(80)
  const size = 32 * 32 * 3
  for (let i = 0; i < 80; i++) {
    const picture = data.subarray(i * size, (i + 1) * size)
    expect(Math.max(...picture) - Math.min(...picture)).toBeGreaterThan(70)
  }
})

test('one channel is the picture’s luma', () => {
  const [grey, colours] = [shapePictures(key(4), 3, [16, 16, 1]), shapePictures(key(4), 3, [16, 16, 3])]
  for (const at of [0, 100, 500]) {
    const [r, g, b] = colours.data.subarray(3 * at, 3 * at + 3)
    expect(Math.abs(grey.data[at] - (0.299 * r + 0.587 * g + 0.114 * b))).toBeLessThan(1.5)
  }
})
