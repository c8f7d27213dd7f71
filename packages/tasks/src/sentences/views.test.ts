import { ngramTokenizer } from '@chiaro/data'
import { key } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import type * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { stoppedRun } from '../stopped-in-test.ts'
import type { SentenceConfig } from './config.ts'
import { sentences } from './sentences.ts'
import { sentenceBatches, sentenceView } from './views.ts'

const texts = Array.from({ length: 8 }, (_, i) => `the ${i} big dogs of number ${i} sit here`)
const tokenizer = ngramTokenizer({ buckets: 4096 })
const configOf = (views: Partial<SentenceConfig['training']['views']>, batchSize = 4) =>
  ({ training: { batchSize, views: { change: 'drop', changeAll: false, ...views } } }) as SentenceConfig

/** Words in order, as they are sent to be read. */
function seen(config: SentenceConfig, firstStep = 1, count = 2): string[][][] {
  const all: string[][] = []
  const read = (some: readonly string[]) => {
    all.push([...some])
    return undefined as unknown as tf.Tensor
  }
  const given = { texts, classes: Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1) }
  const batches = sentenceBatches(config, given, tokenizer, read, key(5), firstStep)
  return Array.from({ length: count }, () => {
    all.length = 0
    const { classes } = batches.next().value ?? {}
    if (!config.training.views.changeAll) {
      expect(Array.from(classes ?? [])).toEqual(all[0].map(text => texts.indexOf(text) % 2))
    }
    return all.map(view => [...view])
  })
}

describe('views of sentences', () => {
  it('change the second and leave the first, or change both', () => {
    const [[first, second]] = seen(configOf({ rate: 0.4 }))
    expect(first.every(text => texts.includes(text))).toBe(true)
    expect(second.some((text, i) => text !== first[i])).toBe(true)
    for (const [i, text] of second.entries()) {
      const words = first[i].split(' ')
      expect(text.split(' ').every(word => words.includes(word))).toBe(true)
    }
    const [[changed]] = seen(configOf({ rate: 0.4, changeAll: true }), 1, 1)
    expect(changed.every(text => texts.includes(text))).toBe(false)
    expect(seen(configOf({ change: 'none' }))[0][1]).toEqual(seen(configOf({ change: 'none' }))[0][0])
    const [[, large]] = seen(configOf({ change: 'replace', rate: 1, synonyms: 'big: large' }))
    expect(large.every(text => / large dogs/.test(text))).toBe(true)
    const [[ordered, swapped]] = seen(configOf({ change: 'swap', rate: 1 }))
    expect(swapped.map(text => text.split(' ').sort())).toEqual(ordered.map(text => text.split(' ').sort()))
    expect(swapped).not.toEqual(ordered)
  })

  it('are pure in the key and the step, each sentence once an epoch', () => {
    const config = configOf({ rate: 0.4, count: 3 })
    const epoch = seen(config)
    expect(epoch.flatMap(([first]) => first).sort()).toEqual([...texts].sort())
    expect(seen(config, 2, 1)[0]).toEqual(epoch[1])
    expect(epoch[0]).toHaveLength(3)
    expect(epoch[0][1]).not.toEqual(epoch[0][2])
  })

  it('without a token that the tower knows are the sentence itself', () => {
    const view = sentenceView(configOf({ rate: 1 }), tokenizer)
    for (let seed = 0; seed < 20; seed++) expect(view(key(seed), ['… dog'])[0]).toMatch(/dog/)
  })
})

const small = { embedding: 8, headHidden: 8, headOutput: 4, batchSize: 4, steps: 6, checkpointEvery: 2 }
const transformer = {
  textTower: 'transformer',
  textWidth: 8,
  textLayers: 1,
  textHeads: 2,
  textLength: 9,
} as const

describeBackends('sentences', () => {
  it.each([
    ['n-grams, synonyms', { buckets: 64, change: 'replace', synonyms: 'big: large, huge' }],
    ['a transformer by dropout alone, as SimCSE', { ...transformer, change: 'none' }],
    ['a transformer with MoCo', { ...transformer, objective: 'moco', queue: 8 }],
    ['words of classes', { textTower: 'words', objective: 'supcon', change: 'swap', changeAll: true }],
  ] as const)('%s: go on to the bits of the unbroken run', async (_, settings) => {
    const labels =
      'objective' in settings && settings.objective === 'supcon' ? texts.map((_, i) => i % 2) : undefined
    const options = { texts, key: key(3), ...small, ...settings, ...(labels && { labels }) }
    const whole = await sentences.train(options)
    const saved = await stoppedRun(told => sentences.train({ ...options, ...told }))
    const resumed = await sentences.resume(saved, options)
    const [mine, wanted] = [await resumed.embed(texts), await whole.embed(texts)]
    expect(mine).toEqual(wanted)
    expect(mine.dimension).toBe(8)
    expect(
      new Set(Array.from({ length: 8 }, (_, i) => mine.vectors.slice(8 * i, 8 * i + 8).join())).size,
    ).toBe(8)
    whole.dispose()
    resumed.dispose()
  })

  it('refuses what does not belong, in one sentence', async () => {
    const train = (settings: object) => sentences.train({ texts, key: key(3), ...small, ...settings })
    for (const [settings, message] of [
      [{ change: 'none', dropout: 0 }, 'change none makes views by dropout alone, got dropout 0'],
      [{ change: 'none', changeAll: true }, 'change none changes no words'],
      [{ change: 'none', rate: 0.1 }, 'rate belongs to change drop, swap or replace, got none'],
      [{ change: 'replace' }, 'change replace needs synonyms, got none'],
      [{ synonyms: 'a: b' }, 'synonyms belongs to change replace, got drop'],
      [{ objective: 'supcon' }, 'objective supcon learns from labels, got none'],
      [{ probe: true }, 'probe asks for labels, got none'],
      [{ labels: [1, 2] }, 'labels must be [8], one for each text, got [2]'],
      [{ texts: [...texts, '…'] }, 'row 9: a sentence must have a word that the tokenizer knows, got "…"'],
      [{ batchSize: 9 }, 'batchSize 9 for 8 samples'],
      [{ textTower: 'words', buckets: 9 }, 'buckets belongs to textTower ngrams, got words'],
    ] as const) {
      await expect(train(settings)).rejects.toThrow(message)
    }
  })
})
