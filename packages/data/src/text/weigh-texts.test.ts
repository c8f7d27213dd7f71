import { expectClose } from '@chiaro/test-kit'
import { expect, test } from 'vitest'
import { fnv1a } from './fnv-1a.ts'
import { inverseDocumentFrequency } from './inverse-document-frequency.ts'
import { ngramTokenizer } from './ngram-tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'
import { type WeightedTokens, weighTexts } from './weigh-texts.ts'

const letters: Tokenizer = { encode: text => Array.from(text, letter => letter.charCodeAt(0) - 96) }

const row = ({ ids, weights, shape }: WeightedTokens, at = 0) =>
  Array.from({ length: shape[1] }, (_, i) => [ids[at * shape[1] + i], weights[at * shape[1] + i]])

test('an id comes once, with the sum of its weights', () => {
  const bags = weighTexts(letters, ['abaa', 'c'], { normalize: 'none' })
  expect(bags.shape).toEqual([2, 2])
  expect(row(bags, 0)).toEqual([
    [1, 3],
    [2, 1],
  ])
  expect(row(bags, 1)).toEqual([
    [3, 1],
    [0, 0],
  ])
})

test('l2 divides by the Euclidean length, l1 by the sum', () => {
  // Weights 3 and 4: length 5, sum 7.
  const text = 'aaabbbb'
  expectClose(weighTexts(letters, [text]).weights, [3 / 5, 4 / 5], { relative: 1e-7 })
  expectClose(weighTexts(letters, [text], { normalize: 'l1' }).weights, [3 / 7, 4 / 7], { relative: 1e-7 })
})

test('idWeights multiply, and an id of weight 0 is left out, be it the text’s only one', () => {
  const options = { idWeights: [0, 2, 0, 5], normalize: 'none' } as const
  const bags = weighTexts(letters, ['abca', 'b'], options)
  expect(row(bags, 0)).toEqual([
    [1, 4],
    [3, 5],
  ])
  expect(row(bags, 1)).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect([...weighTexts(letters, ['b'], { idWeights: [0, 2, 0] }).weights]).toEqual([0])
})

test('a text with too many ids keeps the heaviest in their order, or is an error that names it', () => {
  const bags = weighTexts(letters, ['abbcdd'], { length: 2, normalize: 'none' })
  expect(row(bags)).toEqual([
    [2, 2],
    [4, 2],
  ])
  const call = () => weighTexts(letters, ['abc'], { length: 2, truncate: false })
  expect(call).toThrow(/text 0 \("abc"\) must have at most 2 tokens, got 3/)
})

test('refuses ids without a weight and weights that are no weights', () => {
  expect(() => weighTexts(letters, ['c'], { idWeights: [0, 1] })).toThrow(/every id, 3 too, got 2 weights/)
  expect(() => weighTexts(letters, ['a'], { idWeights: [0, Number.NaN] })).toThrow(/got NaN for id 1/)
  expect(() => weighTexts(letters, ['a'], { idWeights: [0, -1] })).toThrow(/got -1 for id 1/)
})

test('inverse document frequency is log((1 + n) / (1 + n_id)) + 1, 0 for padding', () => {
  const weights = inverseDocumentFrequency(letters, ['aab', 'a', 'ac'], { vocabularySize: 5 })
  const expected = [0, Math.log(4 / 4) + 1, Math.log(4 / 2) + 1, Math.log(4 / 2) + 1, Math.log(4 / 1) + 1]
  expectClose(weights, expected, { relative: 1e-7 })
  const some = { vocabularySize: 5, power: 2, minimumTexts: 1 }
  const powered = inverseDocumentFrequency(letters, ['aab', 'a', 'ac'], some)
  expectClose(powered, [0, 1, expected[2] ** 2, expected[3] ** 2, 0], { relative: 1e-6 })
  expect(() => inverseDocumentFrequency(letters, ['d'], { vocabularySize: 4 })).toThrow(
    /above every id, 4 too/,
  )
  expect(() => inverseDocumentFrequency(letters, ['d'])).toThrow(/vocabularySize/)
})

test('expresses TF-IDF over words and trigrams with a lighter appendix, as a loop from the definition does', () => {
  const tokenizer = ngramTokenizer({
    buckets: 512,
    ngramWeight: 0.5,
    ngramLengthPower: 0.5,
    appendix: { separator: ';', weight: 0.5 },
  })
  const captions = ['Red heart; love, red', 'T-shirt; heart', 'waving hand: dark; bye, wave']
  const idWeights = inverseDocumentFrequency(tokenizer, captions, { minimumTexts: 1 })
  const asked = [...captions, 'unseen zebra heart; love']
  const bags = weighTexts(tokenizer, asked, { idWeights })

  // Each text as (word, weight) by hand, so that neither the splitting nor the appendix rule is shared.
  const words: [string, number][][] = [
    [
      ['red', 1],
      ['heart', 1],
      ['love', 0.5],
    ],
    [
      ['t-shirt', 1],
      ['heart', 0.5],
    ],
    [
      ['waving', 1],
      ['hand', 1],
      ['dark', 1],
      ['bye', 0.5],
      ['wave', 0.5],
    ],
    [
      ['unseen', 1],
      ['zebra', 1],
      ['heart', 1],
      ['love', 0.5],
    ],
  ]
  const features = (word: string): [number, number][] => {
    const whole = word.includes('-') ? [word, ...word.split('-')] : [word]
    const marked = `<${word}>`
    const trigrams = Array.from({ length: marked.length - 2 }, (_, i) => marked.slice(i, i + 3))
    return [
      ...whole.map((w): [number, number] => [1 + (fnv1a(`w:${w}`) % 512), 1]),
      ...trigrams.map((t): [number, number] => [1 + (fnv1a(`t:${t}`) % 512), 0.5 / Math.sqrt(word.length)]),
    ]
  }
  const found = new Float64Array(513)
  for (const text of words.slice(0, 3)) {
    for (const id of new Set(text.flatMap(([word]) => features(word).map(([one]) => one)))) found[id] += 1
  }
  for (const [i, text] of words.entries()) {
    const dense = new Float64Array(513)
    for (const [word, weight] of text) {
      for (const [id, w] of features(word)) {
        if (found[id] > 0) dense[id] += w * weight * (Math.log(4 / (1 + found[id])) + 1)
      }
    }
    const length = Math.hypot(...dense)
    const actual = new Float64Array(513)
    for (const [id, weight] of row(bags, i)) actual[id] += weight
    expectClose(
      actual,
      dense.map(value => value / length),
      { absolute: 1e-6 },
    )
  }
})
