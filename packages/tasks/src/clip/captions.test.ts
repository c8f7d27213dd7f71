import { key } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import { describe, expect, it } from 'vitest'
import { prepareTexts } from '../texts/host-texts.ts'
import { clip } from './clip.ts'
import { images, small, trainedAndResumed, weightsOf } from './clip-in-test.ts'
import { reading } from './model.ts'
import { distinctTexts, pairsOf } from './pairs.ts'
import { retrieval } from './retrieval.ts'

const several = Array.from({ length: 12 }, (_, i) => [`number ${i}`, `the picture ${i}`, `a thing, ${i}`])
const given = { ...small, images: images(12), texts: several, key: key(2) }

describeBackends('pictures of several captions', () => {
  it('train, and go on to the bits of the unbroken run', async () => {
    const weights = await trainedAndResumed(given)
    const first = await clip.train({ ...given, texts: several.map(([text]) => text) })
    expect(await weightsOf(first)).not.toEqual(weights)
    first.dispose()
  })

  it('are found by each of them: as pairs of one caption each', async () => {
    const model = await clip.train({ ...given, steps: 1 })
    const pairs = pairsOf(images(12), several)
    const rows = Array.from({ length: 36 }, (_, i) => Math.floor(i / 3))
    const single = { images: images(12), imageOf: Int32Array.from(rows), ...distinctTexts(several.flat()) }
    const both = await retrieval(clip.can, model.model, pairs)
    expect(both).toEqual(await retrieval(clip.can, model.model, single))
    expect([both.textToImage.queries, both.imageToText.candidates]).toEqual([36, 36])
    model.dispose()
  })

  it('are tokens as they are asked for, where there are many, to the bits of those that are kept', async () => {
    const model = await clip.train({ ...given, steps: 1 })
    const texts = several.flat()
    const kept = (await prepareTexts(reading(model.model), texts)).tensor([5, 0, 5])
    const asked = (await prepareTexts(reading(model.model), texts, 0)).tensor([5, 0, 5])
    expect([asked.shape, await asked.data()]).toEqual([kept.shape, await kept.data()])
    kept.dispose()
    asked.dispose()
    model.dispose()
  })

  it('are read as they are asked for, to the bits of pictures in memory', async () => {
    const all = images(12)
    const size = all.data.length / 12
    const streamed = {
      count: 12,
      shape: [8, 8, 3] as const,
      async read(rows: Int32Array) {
        const data = new Uint8Array(rows.length * size)
        rows.forEach((row, i) => {
          data.set(all.data.subarray(row * size, (row + 1) * size), i * size)
        })
        return { images: { data, shape: [rows.length, 8, 8, 3] as const }, rows: rows.map((_, i) => i) }
      },
    }
    const model = await clip.train(given)
    expect(await trainedAndResumed({ ...given, images: streamed })).toEqual(await weightsOf(model))
    model.dispose()
  })
})

describe('captions', () => {
  it('are numbered in order of first appearance, and listed where a row has several', () => {
    expect(distinctTexts(['b', 'a', 'b'])).toEqual({ texts: ['b', 'a'], textOf: Int32Array.of(0, 1, 0) })
    expect(distinctTexts(['b', ['a', 'b']])).toEqual({
      texts: ['b', 'a'],
      textOf: Int32Array.of(0, 1),
      captionsOf: [Int32Array.of(0), Int32Array.of(1, 0)],
    })
  })

  it('are one at least', () => {
    expect(() => pairsOf(images(2), ['a', []])).toThrow('texts[1] must be one text or more, got none')
  })

  it('must be known to the tokenizer, the later ones too', async () => {
    const texts = several.map((row, i) => (i === 7 ? [...row, '…'] : row))
    await expect(clip.train({ ...given, texts })).rejects.toThrow(
      'row 8: a caption must have a word that the tokenizer knows, got "…"',
    )
  })

  it('must suffice for a batch without a clash', async () => {
    const texts = several.map(() => ['one', 'two', 'three'])
    await expect(clip.train({ ...given, texts })).rejects.toThrow(/a batch of 4 needs .* got 3; lower/)
  })
})
