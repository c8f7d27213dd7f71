import { expect, it } from 'vitest'
import { clipReference } from './clip-reference.ts'

it('is log n where all pairs are alike', () => {
  const rows = new Float32Array(12).fill(0.5)
  expect(clipReference(rows, rows, 4, 3)).toBeCloseTo(Math.log(4), 12)
})

it('is the softplus of the wrong pair’s lead where there are two pairs', () => {
  const image = Float32Array.of(3, 0, 0, 2)
  const text = Float32Array.of(1, 0, 0, 5)
  expect(clipReference(image, text, 2, 2)).toBeCloseTo(Math.log1p(Math.exp(-1 / 0.07)), 12)
  expect(clipReference(image, Float32Array.of(0, 5, 1, 0), 2, 2)).toBeCloseTo(
    Math.log1p(Math.exp(1 / 0.07)),
    12,
  )
})
