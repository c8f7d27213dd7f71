import { expect, it } from 'vitest'
import { caption, cutSheet, splitOf } from './atlas.ts'

it('cuts a sheet into its pictures, row by row, without alpha', () => {
  // Two pictures of 2×2 in a row, and a third below: each pixel is its own number.
  const [side, columns] = [2, 2]
  const rgba = Array.from({ length: 4 * 4 * 4 }, (_, i) => {
    const pixel = Math.floor(i / 4)
    return i % 4 === 3 ? 255 : 10 * pixel + (i % 4)
  })
  const { data, shape } = cutSheet(rgba, { side, columns }, 3)
  expect(shape).toEqual([3, 2, 2, 3])
  const reds = (picture: number) => [0, 1, 2, 3].map(pixel => data[12 * picture + 3 * pixel] / 10)
  expect([0, 1, 2].map(reds)).toEqual([
    [0, 1, 4, 5],
    [2, 3, 6, 7],
    [8, 9, 12, 13],
  ])
  expect([...data.slice(0, 3)]).toEqual([0, 1, 2])
})

it('keeps 15 of 100 emoji out of training, each in one part', () => {
  const { seen, unseen } = splitOf(1365)
  expect(unseen.length).toBe(205)
  expect([...seen, ...unseen].sort((a, b) => a - b)).toEqual(Array.from({ length: 1365 }, (_, i) => i))
  expect(splitOf(1365)).toEqual({ seen, unseen })
})

it('says name, then the keywords that the name lacks', () => {
  const group = 'nature'
  expect(caption({ name: 'dog face', keywords: ['dog', 'pet', 'Face', 'puppy'], group })).toBe(
    'dog face ; pet, puppy',
  )
  expect(caption({ name: 'ox', keywords: ['ox'], group })).toBe('ox')
})
