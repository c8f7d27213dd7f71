import { expect, it } from 'vitest'
import { clipReference } from './clip-reference.ts'

it('is log n where all pairs are alike', () => {
  const rows = new Float32Array(12).fill(0.5)
  expect(clipReference(rows, rows, 4, 3).loss).toBeCloseTo(Math.log(4), 12)
})

it('is the softplus of the wrong pair’s lead where there are two pairs', () => {
  const image = [3, 0, 0, 2]
  const loss = (text: readonly number[]) => clipReference(image, text, 2, 2).loss
  expect(loss([1, 0, 0, 5])).toBeCloseTo(Math.log1p(Math.exp(-1 / 0.07)), 12)
  expect(loss([0, 5, 1, 0])).toBeCloseTo(Math.log1p(Math.exp(1 / 0.07)), 12)
})

it('has the gradient of its finite differences', () => {
  const [image, text] = [1, 2].map(seed => Array.from({ length: 12 }, (_, i) => Math.sin(seed + 2.7 * i)))
  const { gradient } = clipReference(image, text, 4, 3)
  image.forEach((value, at) => {
    const loss = (moved: number) => clipReference(image.with(at, moved), text, 4, 3).loss
    expect(gradient[at]).toBeCloseTo((loss(value + 1e-5) - loss(value - 1e-5)) / 2e-5, 7)
  })
})
