import { key, normalValues } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { templateName } from './template-name.ts'

/** Two groups of rows, by turns. */
const draws = normalValues(key(8), 240)
const rows = Array.from({ length: 80 }, (_, i) => {
  const side = i % 2 === 0 ? -2 : 2
  return {
    x: side + 0.3 * draws[3 * i],
    y: side + 0.3 * draws[3 * i + 1],
    site: draws[3 * i + 2] > 0 ? 'a' : 'b',
  }
})

// What every task must do (resume to the same bits, come back from bytes, refuse by name) is in programs.test.ts.
describeBackends('templateName', () => {
  it('brings rows together that are alike', async () => {
    const model = await templateName.train({ rows, key: key(1), steps: 60, batchSize: 20, widths: [16, 8] })
    const { vectors, dimension } = await model.embed(rows)
    expect([vectors.length, dimension]).toEqual([80 * 8, 8])
    const row = (i: number) => vectors.subarray(i * dimension, (i + 1) * dimension)
    const cosine = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, value, c) => sum + value * b[c], 0) / (Math.hypot(...a) * Math.hypot(...b))
    const nearest = rows.map((_, i) => {
      const others = rows.map((_, j) => (j === i ? -2 : cosine(row(i), row(j))))
      return others.indexOf(Math.max(...others))
    })
    const own = nearest.filter((other, i) => other % 2 === i % 2).length
    // By chance half of them: a binomial of 80 has deviation 4.5.
    expect(own).toBeGreaterThan(70)
    expect(model.outcome?.loss).toBeLessThan(templateName.indifferentLoss(model.config) as number)
    model.dispose()
  })

  it('is log(2n − 1) where nothing is told apart', () => {
    const { batchSize } = { batchSize: 64 }
    const config = { batchSize } as Parameters<typeof templateName.indifferentLoss>[0]
    expect(templateName.indifferentLoss(config)).toBeCloseTo(Math.log(127), 12)
  })

  it('refuses a batch that is larger than the table', async () => {
    await expect(templateName.train({ rows, key: key(1), batchSize: 81 })).rejects.toThrow(/batchSize/)
  })
})
