import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { categoricalNoise } from './categorical-noise.ts'
import type { IdentifierNoise } from './identifier-noise.ts'
import { learnedUnigramNoise } from './learned-unigram-noise.ts'
import { logUniformNoise } from './log-uniform-noise.ts'
import { unigramNoise } from './unigram-noise.ts'

const none = Number.NEGATIVE_INFINITY
const logUniform = Array.from({ length: 6 }, (_, k) => (Math.log(k + 2) - Math.log(k + 1)) / Math.log(7))
const distorted = [4, 0, 16, 81].map(count => count ** 0.75)

/** Noises over ids, with the probabilities that their definitions give. */
const noises: readonly (readonly [string, () => IdentifierNoise, readonly number[]])[] = [
  ['categorical', () => categoricalNoise({ weights: [2, 0, 1, 1] }), [0.5, 0, 0.25, 0.25]],
  ['log-uniform', () => logUniformNoise({ range: 6 }), logUniform],
  ['unigram', () => unigramNoise({ counts: [4, 0, 16, 80] }), [0.04, 0, 0.16, 0.8]],
  [
    'unigram, distorted',
    () => unigramNoise({ counts: [4, 0, 16, 81], distortion: 0.75 }),
    distorted.map(weight => weight / distorted.reduce((sum, w) => sum + w, 0)),
  ],
  [
    'unigram, distorted to nothing',
    () => unigramNoise({ counts: [4, 0, 16], distortion: 0 }),
    [1 / 3, 1 / 3, 1 / 3],
  ],
  [
    'unigram, reserved',
    () => unigramNoise({ counts: [4, 3, 16, 80], reserved: [0, 3] }),
    [0, 3 / 19, 16 / 19, 0],
  ],
  ['learned unigram, new', () => learnedUnigramNoise({ range: 3 }), [1 / 3, 1 / 3, 1 / 3]],
  ['learned unigram', () => learnedUnigramNoise({ range: 4, counts: [3, 0, 1, 2] }), [0.4, 0.1, 0.2, 0.3]],
]

describeBackends('noise over ids', () => {
  it.each(noises)('%s: has its probabilities, which add up to 1, and −∞ elsewhere', (_, make, p) => {
    const noise = make()
    expect(noise.range).toBe(p.length)
    expect(noise.support).toBe(p.filter(v => v > 0).length)
    for (const [id, expected] of p.entries()) expect(noise.probability(id)).toBeCloseTo(expected, 14)
    expect(p.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 14)
    for (const id of [-1, p.length, 0.5, Number.NaN]) expect(noise.probability(id)).toBe(0)
    const ids = tf.tensor1d([...p.keys(), -1, p.length, 2 ** 30], 'int32')
    expectClose(noise.logProb(ids), [...p.map(Math.log), none, none, none])
  })
  it.each(noises)('%s: draws by them', (_, make, p) => {
    const count = 50_000
    const drawn = make().sample(key(5), count).dataSync()
    for (const [id, expected] of p.entries()) {
      const share = meanOf(drawn, v => (v === id ? 1 : 0))
      expectWithin(share, expected, Math.sqrt((expected * (1 - expected)) / count))
    }
    expect(make().sampleIds(key(5), count)).toEqual(drawn)
  })
})

describeBackends('logUniformNoise', () => {
  it('is exact at a range of ten million', () => {
    const range = 10_000_000
    const noise = logUniformNoise({ range })
    const ids = [0, 1, 9, 99_999, range - 1]
    // log(k + 2) − log(k + 1) by the series of log1p where the difference would cancel.
    const p = ids.map(k => Math.log1p(1 / (k + 1)) / Math.log(range + 1))
    expectClose(noise.logProb(tf.tensor1d(ids, 'int32')), p.map(Math.log), { relative: 1e-6 })
    const drawn = noise.sampleIds(key(1), 20_000)
    expect(drawn.every(id => id >= 0 && id < range)).toBe(true)
    // Half of the draws lie below √range: P(id ≤ k) = log(k + 2)/log(range + 1).
    const half = Math.log(3163) / Math.log(range + 1)
    expectWithin(
      meanOf(drawn, id => (id <= 3161 ? 1 : 0)),
      half,
      0.5 / Math.sqrt(20_000),
    )
  })
  it('refuses a range that is none', () => {
    expect(() => logUniformNoise({ range: 0 })).toThrow(/range must be an integer of at least 1, got 0/)
  })
})

it('unigramNoise refuses counts that leave nothing', () => {
  expect(() => unigramNoise({ counts: [1, 2], reserved: [0, 1] })).toThrow(
    /counts must be positive somewhere/,
  )
  expect(() => unigramNoise({ counts: [1, 2], reserved: [2] })).toThrow(
    /reserved\[0\] must be an integer from 0 to 1, got 2/,
  )
  expect(() => unigramNoise({ counts: [1, -2] })).toThrow(/counts\[1\]/)
  expect(() => unigramNoise({ counts: [1], distortion: -1 })).toThrow(/distortion/)
  expect(unigramNoise({ counts: [1e300, 1e-300], distortion: 3 }).probability(0)).toBe(1)
})
