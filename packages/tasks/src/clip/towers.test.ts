import { bytePairTokenizer } from '@chiaro/data'
import { key } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { paddable } from '../texts/tower.ts'
import { clip } from './clip.ts'
import { type ClipOptions, images, texts, trainedAndResumed } from './clip-in-test.ts'

const merges = '#version: 0.2\nu m\num b\numb e\nt w\n'
const given = {
  images: images(12),
  texts,
  key: key(2),
  embedding: 4,
  batchSize: 4,
  steps: 6,
  checkpointEvery: 2,
}
const conv = { widths: [4] }
const ngrams = { buckets: 32 }
const small = { textTower: 'transformer' as const, textWidth: 8, textLayers: 1, textHeads: 2, textLength: 9 }

const towers: readonly (readonly [name: string, settings: Partial<ClipOptions>, parameter: string])[] = [
  [
    'a ViT',
    { ...ngrams, imageTower: 'vit', patchSize: 4, imageWidth: 8, imageLayers: 1, imageHeads: 2 },
    'image/block1/attention/query/kernel',
  ],
  ['residual stages', { ...ngrams, widths: [4, 4], residual: true }, 'image/stage2/conv2/kernel'],
  ['words', { ...conv, textTower: 'words' }, 'text/embedding/table'],
  ['a transformer over words', { ...conv, ...small }, 'text/block1/attention/query/kernel'],
  ['a transformer over byte pairs', { ...conv, ...small, merges }, 'text/position'],
]

describeBackends('towers of CLIP', () => {
  it.each(towers)(
    '%s: trains, and goes on to the bits of the unbroken run',
    async (_, settings, parameter) => {
      const weights = await trainedAndResumed({ ...given, ...settings })
      expect(Object.keys(weights)).toContain(parameter)
    },
  )

  it('by chunks learn what they learn whole, to rounding, and resume to the bit', async () => {
    const settings = { ...given, ...conv, norm: 'group' as const, ...small, learningRate: 1e-3 }
    const losses: number[][] = []
    for (const chunkSize of [undefined, 3]) {
      const steps: number[] = []
      const onStep = ({ loss }: { loss: number }) => void steps.push(loss)
      const model = await clip.train({ ...settings, ...(chunkSize && { chunkSize }), onStep })
      model.dispose()
      losses.push(steps)
    }
    expect(losses[0]).toHaveLength(6)
    expectClose(losses[1], losses[0], { absolute: 0, relative: 1e-4 })
    await trainedAndResumed({ ...settings, chunkSize: 3 })
  })

  it('come back from their bytes with the same embeddings, of texts that are new too', async () => {
    const model = await clip.train({ ...given, ...conv, ...small, merges, steps: 1 })
    const again = clip.load(model.save())
    const asked = ['number 3 of twelve', 'plum tree!']
    expect(await again.embedTexts(asked)).toEqual(await model.embedTexts(asked))
    model.dispose()
    again.dispose()
  })
})

it('byte pairs move up by one: 0 is padding to a tower, and a token of theirs', () => {
  const plain = bytePairTokenizer({ merges }, { contextLength: 9 })
  const moved = paddable(plain)
  // The first byte's token, "!", has the id 0.
  const ids = Array.from(plain.encode('!').ids)
  expect(ids).toContain(plain.encode('!').ids[1])
  expect(Array.from(moved.encode('!').ids)).toEqual(ids.map(id => id + 1))
  expect(moved.vocabularySize).toBe(plain.vocabularySize + 1)
  expect(Math.min(...Array.from(moved.encode('tumble, two!').ids))).toBeGreaterThan(0)
})

describe('what belongs to another tower', () => {
  it.each<[Partial<ClipOptions>, string]>([
    [{ imageTower: 'vit', widths: [4] }, 'clip: widths belongs to imageTower conv, got vit'],
    [{ imageTower: 'vit', residual: true }, 'clip: residual belongs to imageTower conv, got vit'],
    [{ patchSize: 4 }, 'clip: patchSize belongs to imageTower vit, got conv'],
    [{ imageTower: 'vit', patchSize: 3 }, 'clip: patchSize must divide the pictures’ 8 pixels, got 3'],
    [{ imageTower: 'vit', imageHeads: 3 }, 'clip: imageHeads must divide imageWidth 128, got 3'],
    [{ textTower: 'words', buckets: 32 }, 'clip: buckets belongs to textTower ngrams, got words'],
    [
      { textTower: 'words', keywordSeparator: ';' },
      'keywordSeparator belongs to textTower ngrams, got words',
    ],
    [{ imageTower: 'vit', norm: 'group' }, 'clip: norm group belongs to imageTower conv, got vit'],
    [
      { chunkSize: 2 },
      'clip: chunkSize needs norm group or imageTower vit: a batch norm would see its chunk',
    ],
    [{ merges }, 'clip: merges belongs to textTower transformer, got ngrams'],
    [{ vocabulary: 9 }, 'clip: vocabulary belongs to textTower words or transformer, got ngrams'],
    [{ ...small, merges, vocabulary: 9 }, 'vocabulary counts words, got merges of byte pairs beside it'],
    [{ ...small, textHeads: 3 }, 'clip: textHeads must divide textWidth 8, got 3'],
    [{ ...small, textLength: 1 }, 'clip: textLength must be at least 2, got 1'],
  ])('%j is refused', async (settings, message) => {
    await expect(clip.train({ ...given, ...settings })).rejects.toThrow(message)
  })
})
