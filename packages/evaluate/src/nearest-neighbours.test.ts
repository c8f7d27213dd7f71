import { describeBackends, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { classificationReport } from './classification-report.ts'
import { nearestNeighbours } from './nearest-neighbours.ts'

const [m, n, d, classes] = [57, 23, 5, 4]
const reference = Array.from({ length: m }, (_, i) => Array.from(normalValues(i, d)))
const queries = Array.from({ length: n }, (_, i) => Array.from(normalValues(1000 + i, d)))
const labels = reference.map((_, i) => (7 * i) % classes)

/** By sorting all cosines in float64. */
function loops(k: number, temperature: number): number[] {
  const unit = (x: number[]) => x.map(value => value / Math.hypot(...x))
  return queries.map(query => {
    const cosines = reference.map(row => unit(row).reduce((sum, value, j) => sum + value * unit(query)[j], 0))
    const nearest = cosines.map((_, i) => i).sort((a, b) => cosines[b] - cosines[a] || a - b)
    const votes = new Array<number>(classes).fill(0)
    for (const row of nearest.slice(0, k)) votes[labels[row]] += Math.exp(cosines[row] / temperature)
    return votes.indexOf(Math.max(...votes))
  })
}

describeBackends('nearestNeighbours', () => {
  it.each([
    [1, 0.07],
    [5, 0.07],
    [20, 0.5],
    [m, 1],
  ])('equals sorting in float64 with %i neighbours and τ = %f, in any batch', async (k, temperature) => {
    const [a, b] = [tf.tensor2d(reference), tf.tensor2d(queries)]
    for (const batch of [1, 7, 256]) {
      const found = await nearestNeighbours(a, labels, b, { neighbours: k, temperature, batch, classes })
      expect(Array.from(found)).toEqual(loops(k, temperature))
    }
    tf.dispose([a, b])
  })

  it('gives ties to the lower row, and to the lower class', async () => {
    const same = tf.ones([6, 3]) as tf.Tensor2D
    const vote = (k: number, of: number[]) => nearestNeighbours(same, of, tf.ones([1, 3]), { neighbours: k })
    expect(Array.from(await vote(1, [2, 0, 0, 0, 0, 0]))).toEqual([2])
    expect(Array.from(await vote(4, [2, 2, 1, 1, 1, 1]))).toEqual([1])
    same.dispose()
  })

  it('names what does not fit', async () => {
    const [a, b] = [tf.tensor2d(reference), tf.tensor2d(queries)]
    await expect(nearestNeighbours(a, labels, tf.zeros([2, 3]))).rejects.toThrow(
      /queries must be float32 \[n, 5\]/,
    )
    await expect(nearestNeighbours(a, labels.slice(1), b)).rejects.toThrow(
      /labels must be of length 57, one for each row/,
    )
    await expect(nearestNeighbours(a, labels, b, { neighbours: 58 })).rejects.toThrow(
      /neighbours .* 1 to 57, got 58/,
    )
    await expect(nearestNeighbours(a, labels, tf.fill([1, 5], Number.NaN))).rejects.toThrow(/for query 0/)
  })
})

it('reports accuracy, recall, precision and who is taken for whom', () => {
  const report = classificationReport([0, 1, 1, 2, 2, 0], [0, 0, 1, 1, 2, 2], { classes: 4 })
  expect(report.accuracy).toBe(0.5)
  expect(report.standardError).toBeCloseTo(Math.sqrt(0.25 / 6), 12)
  expect(report.confusion).toEqual([
    [1, 1, 0, 0],
    [0, 1, 1, 0],
    [1, 0, 1, 0],
    [0, 0, 0, 0],
  ])
  expect(report.perClass[0]).toEqual({ count: 2, recall: 0.5, precision: 0.5 })
  expect(report.perClass[3]).toEqual({ count: 0, recall: Number.NaN, precision: Number.NaN })
  expect(() => classificationReport([0], [4], { classes: 4 })).toThrow(
    /labels\[0\] must be an integer from 0 to 3/,
  )
})
