import { key, normalValues } from '@chiaro/random'
import { expect, test } from 'vitest'
import { pictureMap } from './picture-map.ts'

/** Rows that vary by 3 along one axis, by 2 along another and by ¹⁄₁₀ along two more. */
const widths = [0.1, 3, 0.1, 2]
const noise = normalValues(key(1), 4 * 200)
const rows = Float32Array.from(noise, (value, i) => value * widths[i % 4])

test('finds the widest directions and how much they hold', () => {
  const { places, explained } = pictureMap(rows, 4)
  const centred = (axis: number) => {
    const values = Array.from({ length: 200 }, (_, i) => rows[4 * i + axis])
    const mean = values.reduce((sum, value) => sum + value, 0) / 200
    return values.map(value => value - mean)
  }
  const correlation = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0) / (Math.hypot(...a) * Math.hypot(...b))
  const [x, y] = [0, 1].map(axis => Array.from({ length: 200 }, (_, i) => places[2 * i + axis]))
  expect(Math.abs(correlation(x, centred(1)))).toBeGreaterThan(0.99)
  expect(Math.abs(correlation(y, centred(3)))).toBeGreaterThan(0.99)
  expect(explained).toBeGreaterThan(0.99)
})

test('lies as the map before did', () => {
  const { places } = pictureMap(rows, 4)
  const turned = places.map(value => -value)
  const again = pictureMap(rows, 4, turned).places
  for (const [i, value] of again.entries()) expect(value).toBeCloseTo(turned[i], 4)
})

test('equal rows lie on one point', () => {
  expect(pictureMap(new Float32Array(12).fill(0.5), 4)).toEqual({ places: new Float32Array(6), explained: 0 })
})
