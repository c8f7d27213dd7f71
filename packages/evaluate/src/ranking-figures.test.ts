import { describeBackends, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { retrievalRecall } from './retrieval-recall.ts'

/** By the definitions, of one order: whether each place is right. */
function figuresOf(isRight: readonly boolean[]) {
  const places = isRight.flatMap((right, i) => (right ? [i + 1] : []))
  const count = places.length
  const gain = (ranks: readonly number[]) => ranks.reduce((sum, rank) => sum + 1 / Math.log2(1 + rank), 0)
  const precision = (rank: number) => places.filter(place => place <= rank).length / rank
  return {
    meanReciprocalRank: 1 / places[0],
    ndcg: gain(places) / gain(places.map((_, i) => i + 1)),
    mapAtR: places.filter(place => place <= count).reduce((sum, place) => sum + precision(place), 0) / count,
  }
}

type Figures = ReturnType<typeof figuresOf>

function meanOf(all: readonly Figures[]): Figures {
  const mean = (name: keyof Figures) => all.reduce((sum, one) => sum + one[name], 0) / all.length
  return { meanReciprocalRank: mean('meanReciprocalRank'), ndcg: mean('ndcg'), mapAtR: mean('mapAtR') }
}

function* orders(items: readonly number[]): Generator<number[]> {
  if (items.length === 0) yield []
  for (const first of items) {
    for (const rest of orders(items.filter(item => item !== first))) yield [first, ...rest]
  }
}

/** Over all orders of the candidates that respect their scores. */
function bruteForce(scores: readonly number[], right: readonly number[]): Figures {
  const allowed = [...orders([...scores.keys()])].filter(order =>
    order.every((j, place) => place === 0 || scores[j] <= scores[order[place - 1]]),
  )
  return meanOf(allowed.map(order => figuresOf(order.map(j => right.includes(j)))))
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)

describeBackends('MRR, NDCG and MAP@R', () => {
  it('equal the mean over all orders, with ties, duplicates and several right answers', async () => {
    const directions = [
      [1, 0],
      [0, 1],
      [0.6, 0.8],
    ]
    const cases = fc.record({
      candidates: fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }),
      right: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ candidates, right }) => {
        const from = tf.tensor2d([[0.8, 0.6]])
        const to = tf.tensor2d(candidates.map(i => directions[i]))
        const result = await retrievalRecall(from, to, { relevant: [right] })
        tf.dispose([from, to])
        const scores = candidates.map(i => Number(dot([0.8, 0.6], directions[i]).toFixed(9)))
        for (const [name, value] of Object.entries(bruteForce(scores, right))) {
          expect(result[name as keyof Figures]).toBeCloseTo(value, 10)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('equal float64 for many queries and right answers without ties', async () => {
    const [n, m, d] = [20, 60, 4]
    const rows = (seed: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        Array.from(normalValues(seed, count * d).slice(i * d, (i + 1) * d)),
      )
    const [queries, candidates] = [rows(1, n), rows(2, m)]
    const relevant = queries.map((_, i) =>
      Array.from({ length: 1 + (i % 7) }, (_, k) => (7 * i + 11 * k) % m),
    )
    const [from, to] = [tf.tensor2d(queries), tf.tensor2d(candidates)]
    const result = await retrievalRecall(from, to, { relevant })
    tf.dispose([from, to])
    const unit = (row: readonly number[]) =>
      row.map(value => Math.fround(value) / Math.hypot(...row.map(Math.fround)))
    const all = queries.map((query, i) => {
      const scores = candidates.map(row => dot(unit(query), unit(row)))
      const order = [...scores.keys()].toSorted((a, b) => scores[b] - scores[a])
      return figuresOf(order.map(j => relevant[i].includes(j)))
    })
    for (const [name, value] of Object.entries(meanOf(all))) {
      expect(result[name as keyof Figures]).toBeCloseTo(value, 10)
    }
  })

  it('are 1 where every right answer is first', async () => {
    const eye = tf.eye(6)
    const { meanReciprocalRank, ndcg, mapAtR } = await retrievalRecall(eye, eye)
    expect([meanReciprocalRank, ndcg, mapAtR]).toEqual([1, 1, 1])
    eye.dispose()
  })
})
