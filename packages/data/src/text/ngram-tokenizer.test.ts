import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fnv1a } from './fnv-1a.ts'
import { ngramTokenizer } from './ngram-tokenizer.ts'

const id = (feature: string, buckets = 8192, seed = 0) => 1 + (fnv1a(feature, seed) % buckets)

test('a word gives itself, then the trigrams of <word>', () => {
  const { ids, weights } = ngramTokenizer().encode('Red')
  expect(ids).toEqual(['w:red', 't:<re', 't:red', 't:ed>'].map(feature => id(feature)))
  expect(weights).toEqual([1, 1, 1, 1])
})

test('a word with hyphens gives itself and its parts, and its n-grams cross the hyphens', () => {
  const { ids } = ngramTokenizer({ characterNgrams: [6] }).encode('t-shirt')
  const features = ['w:t-shirt', 'w:t', 'w:shirt', 't:<t-shi', 't:t-shir', 't:-shirt', 't:shirt>']
  expect(ids).toEqual(features.filter(f => f.startsWith('w:') || f.length === 8).map(feature => id(feature)))
})

test('words end at whatever is no letter, mark or digit, in any script', () => {
  const { ids } = ngramTokenizer({ characterNgrams: [] }).encode("It's Noël: 2 हिन्दी_ведро—- x")
  expect(ids).toEqual(['it', 's', 'noël', '2', 'हिन्दी', 'ведро', 'x'].map(word => id(`w:${word}`)))
})

test('one text in composed and decomposed form has the same ids', () => {
  const tokenizer = ngramTokenizer()
  expect(tokenizer.encode('pin\u0303ata')).toEqual(tokenizer.encode('pi\u00F1ata'))
})

test('n-grams are made of code points, not of halves of them', () => {
  const { ids } = ngramTokenizer({ words: false }).encode('𝒶𝒷')
  expect(ids).toEqual([id('t:<𝒶𝒷'), id('t:𝒶𝒷>')])
})

test('a word shorter than an n-gram has none', () => {
  expect(ngramTokenizer({ words: false, characterNgrams: [4] }).encode('a').ids).toEqual([])
})

test('case, buckets and seed are taken into account', () => {
  const tokenizer = ngramTokenizer({ lowercase: false, buckets: 100, seed: 7, characterNgrams: [] })
  expect(tokenizer.vocabularySize).toBe(101)
  expect(tokenizer.encode('Red').ids).toEqual([id('w:Red', 100, 7)])
})

test('an n-gram weighs ngramWeight / letters^ngramLengthPower', () => {
  const { weights } = ngramTokenizer({ ngramWeight: 0.5, ngramLengthPower: 0.5 }).encode('wave')
  expect(weights).toEqual([1, 0.25, 0.25, 0.25, 0.25])
})

test('the words of an appendix weigh less, come once, and not if the title has them', () => {
  const appendix = { separator: ';', weight: 0.5 }
  const tokenizer = ngramTokenizer({ characterNgrams: [], appendix })
  const { ids, weights } = tokenizer.encode('red heart, red; love, red, Love; heart you')
  expect(ids).toEqual(['red', 'heart', 'red', 'love', 'you'].map(word => id(`w:${word}`)))
  expect(weights).toEqual([1, 1, 1, 0.5, 0.5])
  expect(tokenizer.encode('red love').weights).toEqual([1, 1])
})

test('ids lie in 1 … buckets for any text', () => {
  const tokenizer = ngramTokenizer({ buckets: 50, characterNgrams: [1, 2, 3] })
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const { ids, weights } = tokenizer.encode(text)
      expect(Array.from(ids).every(one => Number.isInteger(one) && one >= 1 && one <= 50)).toBe(true)
      expect(weights?.length).toBe(ids.length)
    }),
  )
})

test.each([
  [{ buckets: 0 }, /buckets must be an integer of at least 1/],
  [{ characterNgrams: [3, 0] }, /characterNgrams/],
  [{ words: false, characterNgrams: [] }, /at least one length when words is false/],
  [{ seed: -1 }, /seed must be an integer from 0 to 4294967295, got -1/],
  [{ ngramWeight: Number.NaN }, /ngramWeight/],
  [{ ngramLengthPower: -1 }, /ngramLengthPower/],
  [{ appendix: { separator: '', weight: 1 } }, /appendix.separator/],
  [{ appendix: { separator: ';', weight: -1 } }, /appendix.weight/],
])('refuses %j', (options, message) => {
  expect(() => ngramTokenizer(options)).toThrow(message)
})

test('leaves out ignored words, unless a text has nothing else', () => {
  const plain = ngramTokenizer()
  const deaf = ngramTokenizer({ ignoredWords: ['a', 'the'] })
  expect(deaf.encode('a red heart')).toEqual(plain.encode('red heart'))
  expect(deaf.encode('the a')).toEqual(plain.encode('the a'))
})

test('takes signs for words where it is told to, and a variation selector never', () => {
  const words = (text: string, symbols: boolean) =>
    ngramTokenizer({ symbols, characterNgrams: [] }).encode(text).ids
  expect(words('C#', true)).not.toEqual(words('C++', true))
  expect(words('❤️', true)).toEqual(words('❤', true))
  expect(words('❤️', true)).toHaveLength(1)
  for (const text of ['❤️', '❤', '🎉']) expect(words(text, false)).toEqual([])
  expect(words('a ❤️ b', false)).toEqual(words('a b', false))
})
