import { bytePairTokenizer } from '@chiaro/data'
import { key } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { paddable } from '../texts/tower.ts'
import { clip } from './clip.ts'
import { type ClipOptions, images, texts, trainedAndResumed } from './clip-in-test.ts'

const merges = '#version: 0.2\nu m\num b\numb e\nt w\n'
const words = ['?', 'number', 'of', 'twelve', ...Array.from({ length: 12 }, (_, i) => String(i))]
const tokenizerFile = (before: readonly object[] = []) =>
  JSON.stringify({
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: { type: 'TemplateProcessing', single: [...before, { Sequence: { id: 'A' } }], pair: [] },
    model: {
      type: 'WordLevel',
      unk_token: '?',
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  })
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
  [
    'a transformer over a tokenizer.json',
    { ...conv, ...small, tokenizer: tokenizerFile() },
    'text/embedding/table',
  ],
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

it('the tokenizer of a file is kept with the run, its ids one up', async () => {
  const texts = ['number 7 of twelve', '7', 'number of', 'of twelve']
  const model = await clip.train({
    ...given,
    images: images(4),
    texts,
    ...conv,
    ...small,
    tokenizer: tokenizerFile(),
    steps: 1,
  })
  const { tokenizer, textLength, text } = model.config
  expect([tokenizer.type, textLength, text]).toMatchObject(['huggingFace', 9, { vocabularySize: 17 }])
  expect(model.model.tokenizer.encode('Number 7 of eleven').ids).toEqual(Int32Array.of(2, 12, 3, 1))
  const again = clip.load(model.save())
  expect(await again.embedTexts(['Twelve 7'])).toEqual(await model.embedTexts(['twelve 7']))
  model.dispose()
  again.dispose()
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
    [{ tokenizer: tokenizerFile() }, 'clip: tokenizer belongs to textTower transformer, got ngrams'],
    [
      { ...small, tokenizer: tokenizerFile(), merges },
      'tokenizer brings its own vocabulary, got merges beside',
    ],
    [{ ...small, tokenizer: tokenizerFile(), vocabulary: 9 }, 'its own vocabulary, got vocabulary beside it'],
    [{ ...small, tokenizer: '{}' }, 'tokenizer.json: model must be there, got none'],
    [
      {
        ...small,
        textLength: 2,
        tokenizer: tokenizerFile([{ SpecialToken: { id: 'of' } }, { SpecialToken: { id: '?' } }]),
      },
      'clip: textLength must have room for a token beside those around each text, got 2',
    ],
    [{ ...small, textHeads: 3 }, 'clip: textHeads must divide textWidth 8, got 3'],
    [{ ...small, textLength: 1 }, 'clip: textLength must be at least 2, got 1'],
  ])('%j is refused', async (settings, message) => {
    await expect(clip.train({ ...given, ...settings })).rejects.toThrow(message)
  })
})
