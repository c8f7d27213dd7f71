import { describeBackends, expectClose, newtonMinimum } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { rankingNceLoss } from './ranking-nce.ts'

/** What ranking NCE learns when candidate sets are made in the ways people make them, by enumerating all sets. */
const p = [0.5, 0.3, 0.15, 0.05]
const q = [0.4, 0.3, 0.2, 0.1]
const uniform = [0.25, 0.25, 0.25, 0.25]

type Hits = 'kept' | 'drawn again' | 'masked'

interface Sets {
  readonly candidates: number[][]
  readonly weights: number[]
}

/** All sets of a positive and K negatives with their probabilities; negatives equal to the positive are `hits`. */
function enumerate(noise: readonly number[], count: number, hits: Hits): Sets {
  const candidates: number[][] = []
  const weights: number[] = []
  for (let code = 0; code < 4 ** (count + 1); code++) {
    const [positive, ...negatives] = Array.from(
      { length: count + 1 },
      (_, j) => Math.floor(code / 4 ** j) % 4,
    )
    const chance = (y: number) => {
      if (hits !== 'drawn again') return noise[y]
      return y === positive ? 0 : noise[y] / (1 - noise[positive])
    }
    candidates.push([positive, ...negatives])
    weights.push(negatives.reduce((product, y) => product * chance(y), p[positive]))
  }
  return { candidates, weights }
}

function rankingLoss(noise: readonly number[], { candidates, weights }: Sets, hits: Hits) {
  const index = tf.tensor2d(candidates, undefined, 'int32')
  const logNoise = tf.tensor1d(noise.map(Math.log))
  const masked = tf.tensor2d(
    candidates.map(set => set.map((y, j) => (hits === 'masked' && j > 0 && y === set[0] ? 1 : 0))),
    undefined,
    'bool',
  )
  const nothing = tf.fill(index.shape, Number.NEGATIVE_INFINITY)
  return (f: tf.Tensor) => {
    const logits = tf.where(masked, nothing, tf.gather(tf.sub(f, logNoise), index)) as tf.Tensor2D
    return tf.sum(tf.mul(rankingNceLoss(logits, { reduction: 'none' }), tf.tensor1d(weights)))
  }
}

/** The model's probabilities at the minimum; f is fixed up to a constant, so the last one stays at 0. */
function learned(noise: readonly number[], count: number, hits: Hits): number[] {
  const loss = rankingLoss(noise, enumerate(noise, count, hits), hits)
  const free = newtonMinimum(f => loss(tf.concat([f, tf.zeros([1])])), [0, 0, 0])
  const weights = [...free, 0].map(Math.exp)
  const total = weights.reduce((sum, w) => sum + w, 0)
  return weights.map(w => w / total)
}

describeBackends('ranking NCE at its optimum', () => {
  it.each([1, 2, 4])('learns the data exactly with %i negatives whose hits are left in', count => {
    expectClose(learned(q, count, 'kept'), p, { absolute: 1e-4 })
  })
  it.each([
    [1, [0.5537, 0.2848, 0.1246, 0.0369]],
    [2, [0.5792, 0.2724, 0.1145, 0.0339]],
    [4, [0.6167, 0.2489, 0.1033, 0.0311]],
  ])('is biased to %i negatives drawn so as to differ from the positive: %s', (count, published) => {
    expectClose(learned(q, count, 'drawn again'), published, { absolute: 2e-4 })
  })
  it('is biased by just −log(1 − q) with one such negative', () => {
    const weights = p.map((value, k) => value / (1 - q[k]))
    const total = weights.reduce((sum, w) => sum + w, 0)
    expectClose(
      learned(q, 1, 'drawn again'),
      weights.map(w => w / total),
      { absolute: 1e-4 },
    )
  })
  it('is biased by uniform noise too, from the second such negative on', () => {
    expectClose(learned(uniform, 1, 'drawn again'), p, { absolute: 1e-4 })
    expectClose(learned(uniform, 4, 'drawn again'), [0.5511, 0.2894, 0.1235, 0.036], { absolute: 2e-4 })
  })
  it('is biased by masking hits as well, but for one negative', () => {
    expectClose(learned(q, 1, 'masked'), p, { absolute: 1e-4 })
    expectClose(learned(q, 4, 'masked'), [0.5626, 0.2804, 0.1208, 0.0362], { absolute: 2e-4 })
  })
  // docs/notes.md eq. 1.9–1.10.
  it('picks the data with the posterior [p/q](x_k) / Σ_j [p/q](x_j), for every set', () => {
    const sets = enumerate(q, 2, 'kept')
    const loss = rankingLoss(q, sets, 'kept')
    const f = [...newtonMinimum(g => loss(tf.concat([g, tf.zeros([1])])), [0, 0, 0]), 0]
    const logits = sets.candidates.map(set => set.map(y => f[y] - Math.log(q[y])))
    const posterior = tf.softmax(tf.tensor2d(logits))
    const exact = sets.candidates.map(set => {
      const ratios = set.map(y => p[y] / q[y])
      const total = ratios.reduce((sum, ratio) => sum + ratio, 0)
      return ratios.map(ratio => ratio / total)
    })
    expectClose(posterior, exact, { absolute: 1e-3, relative: 0 })
  })
  it('is not moved by adding 7 to f', () => {
    const loss = rankingLoss(q, enumerate(q, 2, 'kept'), 'kept')
    const shifted = (by: number) => (f: tf.Tensor1D) => loss(tf.add(tf.concat([f, tf.zeros([1])]), by))
    const f = newtonMinimum(shifted(0), [0, 0, 0])
    expectClose(newtonMinimum(shifted(7), [0, 0, 0]), f, { absolute: 1e-4 })
    expect(shifted(7)(tf.tensor1d(f)).dataSync()[0]).toBeCloseTo(shifted(0)(tf.tensor1d(f)).dataSync()[0], 5)
  })
})
