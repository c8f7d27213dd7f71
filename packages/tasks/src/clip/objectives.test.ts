import { key } from '@chiaro/random'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as oracle from '@chiaro/test-kit/oracles/contrastive'
import { sigmoidRows } from '@chiaro/test-kit/oracles/pairwise-losses'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { clip } from './clip.ts'
import { images, small, texts, trainedAndResumed } from './clip-in-test.ts'
import { type ClipObjectiveName, clipObjective, clipObjectiveNames } from './objectives.ts'

const [n, d] = [5, 3]
const pictures = normalValues(1, n * d)
const captions = normalValues(2, n * d)
const rows = (values: ArrayLike<number>) => oracle.unitRows(oracle.rowsOf(values, d))
const mean = (values: readonly (number | undefined)[]) => oracle.meanOfCounted(values)
const logits = oracle.pairLogits(rows(pictures), rows(captions), 3)
const transposed = logits.map((_, j) => logits.map(row => row[j]))

/** In float64, of the same cosines times 3. */
const expected: Record<ClipObjectiveName, number> = {
  clip: oracle.clip(logits),
  siglip: mean(sigmoidRows(logits.map(row => row.map(z => z - 1.5)))),
  'image-to-text': mean(oracle.infoNceRows(logits)),
  'text-to-image': mean(oracle.infoNceRows(transposed)),
}

describeBackends('objectives of CLIP', () => {
  it.each(clipObjectiveNames)('%s equals float64', name => {
    const loss = tf.tidy(() =>
      clipObjective(name).loss(tf.tensor2d(pictures, [n, d]), tf.tensor2d(captions, [n, d]), {
        logitScale: 3,
        logitBias: tf.scalar(-1.5),
      }),
    )
    expectClose(loss, expected[name])
    loss.dispose()
  })

  it.each(clipObjectiveNames)('%s trains, and goes on to the bits of the unbroken run', async objective => {
    const weights = await trainedAndResumed({
      ...small,
      images: images(12),
      texts,
      key: key(2),
      learningRate: 0.1,
      objective,
    })
    expect(weights).toHaveProperty('logitScale/logarithm')
    if (objective !== 'siglip') expect(weights).not.toHaveProperty('logitBias')
    else {
      // From −10 by learned steps of 0.1 at most, and from log 10.
      expect(Math.abs(weights.logitBias[0] + 10)).toBeLessThan(0.7)
      expect(weights.logitBias[0]).not.toBe(-10)
      expect(Math.abs(weights['logitScale/logarithm'][0] - Math.log(10))).toBeLessThan(0.7)
    }
  })

  it('siglip begins at the scale and the bias that are given, and keeps the scale where it is fixed', async () => {
    const given = { objective: 'siglip' as const, logitScale: 4, logitBias: -2, fixedLogitScale: true }
    const model = await clip.train({ ...small, ...given, images: images(12), texts, steps: 1, key: key(1) })
    expect(model.config).toMatchObject({ logitScale: { initial: 4, learned: false }, logitBias: -2 })
    expect(Object.keys(model.model.parameters)).not.toContain('logitScale/logarithm')
    model.dispose()
  })
})

describe('what a model that tells nothing apart pays', () => {
  it.each([1, 2, 7, 300])('siglip: the least that one logit for all %d² pairs reaches', n => {
    const losses = Array.from({ length: 40_001 }, (_, i) => {
      const z = i / 1000 - 20
      return Math.log1p(Math.exp(-z)) + (n - 1) * Math.log1p(Math.exp(z))
    })
    expect(clipObjective('siglip').indifferent(n)).toBeCloseTo(Math.min(...losses), 5)
  })

  it('the others: log n', () => {
    expect(clipObjective('image-to-text').indifferent(8)).toBeCloseTo(Math.log(8), 12)
  })
})

it('a bias belongs to siglip alone', async () => {
  const training = clip.train({ ...small, images: images(12), texts, key: key(1), logitBias: -10 })
  await expect(training).rejects.toThrow('clip: logitBias belongs to objective siglip, got clip')
})

it('a run of before there were several objectives has CLIP’s', async () => {
  const model = await clip.train({ ...small, images: images(12), texts, steps: 1, key: key(1) })
  const { objective: _, ...earlier } = model.config
  expect(clip.indifferentLoss(clip.parse(earlier))).toBeCloseTo(Math.log(4), 12)
  model.dispose()
})
