import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { retrievalRecall } from './retrieval-recall.ts'

function* orders(items: readonly number[]): Generator<number[]> {
  if (items.length === 0) yield []
  for (const first of items) {
    for (const rest of orders(items.filter(item => item !== first))) yield [first, ...rest]
  }
}

/** R@k and rank by the definition: over all orders of the candidates that respect their scores. */
function bruteForce(scores: readonly number[], right: readonly number[], k: number) {
  let count = 0
  let hits = 0
  let rank = 0
  for (const order of orders(scores.map((_, j) => j))) {
    if (order.some((j, place) => place > 0 && scores[j] > scores[order[place - 1]])) continue
    count += 1
    const first = order.findIndex(j => right.includes(j))
    rank += first + 1
    if (first < k) hits += 1
  }
  return { hit: hits / count, rank: rank / count }
}

const cosine = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0) / (Math.hypot(...a) * Math.hypot(...b))

describeBackends('retrievalRecall', () => {
  it('equals the mean over all orders, with ties, duplicates and several right answers', async () => {
    // Directions whose cosines differ by far more than rounding, or are those of equal rows.
    const directions = [
      [1, 0],
      [0, 1],
      [1, 1],
      [1, 3],
      [-1, 2],
    ]
    const cases = fc.record({
      queries: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
      candidates: fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
      right: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }),
      k: fc.integer({ min: 1, max: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ queries, candidates, right, k }) => {
        const from = tf.tensor2d(queries.map(i => directions[i]))
        const to = tf.tensor2d(candidates.map(i => directions[i]))
        const relevant = queries.map(() => right)
        const result = await retrievalRecall(from, to, { relevant, at: [k, 2] })
        tf.dispose([from, to])
        queries.forEach((query, row) => {
          // Rounded, so that equal rows tie here too whatever the order of the sums.
          const scores = candidates.map(j => Number(cosine(directions[query], directions[j]).toFixed(9)))
          const expected = bruteForce(scores, right, k)
          expect(result.hits[`r${k}`][row]).toBeCloseTo(expected.hit, 10)
          expect(result.ranks[row]).toBeCloseTo(expected.rank, 10)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('gives chance when all embeddings are equal', async () => {
    const equal = tf.ones<tf.Rank.R2>([20, 7])
    const { recalls, chance, meanRank, ranks } = await retrievalRecall(equal, equal)
    expectClose([recalls.r1, recalls.r5, recalls.r10], [1 / 20, 5 / 20, 10 / 20])
    expectClose([chance.r1, chance.r5, chance.r10], [1 / 20, 5 / 20, 10 / 20])
    expect(meanRank).toBeCloseTo(10.5, 12)
    expect(ranks).toHaveLength(20)
  })

  it('does not depend on the order of the candidates, also among exact duplicates', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => Array.from(normalValues(i % 30, 33)))
    const queries = tf.tensor2d(rows.slice(0, 30).map((row, i) => row.map((x, c) => x + ((i + c) % 5) / 2)))
    const groups = rows.map((_, i) => i % 45)
    const reversed = (values: readonly number[][]) => tf.tensor2d([...values].reverse())
    const queryGroups = groups.slice(0, 30)
    const one = await retrievalRecall(queries, tf.tensor2d(rows), {
      relevant: { queryGroups, candidateGroups: groups },
    })
    const other = await retrievalRecall(queries, reversed(rows), {
      relevant: { queryGroups, candidateGroups: [...groups].reverse() },
    })
    expect(other.ranks).toEqual(one.ranks)
    expect(other.recalls).toEqual(one.recalls)
    expect(one.ranks.some(rank => rank % 1 !== 0)).toBe(true)
  })

  it('equals float64 ranks over more than one tile', async () => {
    const [n, m, d] = [700, 1600, 24]
    const from = normalValues(1, n * d)
    const to = normalValues(2, m * d)
    for (let i = 0; i < n * d; i++) to[i] += 0.5 * from[i]
    const result = await retrievalRecall(tf.tensor2d(from, [n, d]), tf.tensor2d(to, [m, d]), {
      relevant: Array.from({ length: n }, (_, i) => [i]),
    })
    const row = (values: Float32Array, i: number) => Array.from(values.subarray(i * d, (i + 1) * d))
    for (let i = 0; i < n; i += 61) {
      const scores = Array.from({ length: m }, (_, j) => cosine(row(from, i), row(to, j)))
      expect(result.ranks[i]).toBe(1 + scores.filter(score => score > scores[i]).length)
    }
    expect(result.medianRank).toBeLessThan(m / 4)
  })

  it('ignores the lengths of rows, from 1e-30 to 1e20', async () => {
    const rows = [
      [1, 0.2],
      [0.3, 1],
      [-1, 0.5],
    ]
    const scaled = [1e-30, 1e20, 1].map((scale, i) => rows[i].map(x => x * scale))
    const { ranks } = await retrievalRecall(tf.tensor2d(scaled), tf.tensor2d(rows))
    expect(Array.from(ranks)).toEqual([1, 1, 1])
  })

  it('has the standard error of a mean, the mean and the median rank', async () => {
    // Query i is candidate i itself but for the last two, which point at candidate 0.
    const unit = (i: number) => Array.from({ length: 4 }, (_, c) => (c === i ? 1 : 0.01 * c))
    const candidates = tf.tensor2d([0, 1, 2, 3].map(unit))
    const queries = tf.tensor2d([0, 1, 0, 0].map(unit))
    const { recalls, standardErrors, ranks, meanRank, medianRank } = await retrievalRecall(
      queries,
      candidates,
      {
        at: [1],
      },
    )
    expect(recalls).toEqual({ r1: 0.5 })
    expect(standardErrors.r1).toBeCloseTo(Math.sqrt((4 * 0.25) / 3 / 4), 12)
    const sorted = Array.from(ranks).toSorted()
    expect(sorted.slice(0, 2)).toEqual([1, 1])
    expect(meanRank).toBeCloseTo(sorted.reduce((a, b) => a + b, 0) / 4, 12)
    expect(medianRank).toBe((sorted[1] + sorted[2]) / 2)
  })

  it('says which argument is wrong, and which row', async () => {
    const a = tf.tensor2d([
      [1, 0],
      [0, 1],
    ])
    const three = tf.ones<tf.Rank.R2>([3, 2])
    await expect(retrievalRecall(a, three)).rejects.toThrow('relevant must be given when there are 2 queries')
    await expect(retrievalRecall(a, tf.ones([2, 3]))).rejects.toThrow(
      'candidates must be float32 [m, 2], got float32 [2, 3]',
    )
    await expect(retrievalRecall(a, a, { at: [0] })).rejects.toThrow('at[0] must be an integer of at least 1')
    await expect(retrievalRecall(a, a, { relevant: [[0], []] })).rejects.toThrow('none for query 1')
    await expect(retrievalRecall(a, a, { relevant: [[0], [2]] })).rejects.toThrow('relevant[1]')
    await expect(
      retrievalRecall(a, a, { relevant: { queryGroups: [1, 2], candidateGroups: [1, 3] } }),
    ).rejects.toThrow('none for query 1')
    const broken = tf.tensor2d([
      [1, 0],
      [Number.NaN, 1],
    ])
    await expect(retrievalRecall(a, broken)).rejects.toMatchObject({
      code: 'non-finite',
      argument: 'candidates',
    })
    await expect(retrievalRecall(tf.zeros([0, 2]), a, { relevant: [] })).rejects.toThrow(
      'queries must be float32 [n, d] with n ≥ 1, got float32 [0, 2]',
    )
  })
})
