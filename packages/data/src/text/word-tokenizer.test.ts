import { expect, test } from 'vitest'
import { buildVocabulary, wordTokenizer } from './word-tokenizer.ts'

const texts = ['a red heart', 'a red dog', 'A blue heart']

test('a vocabulary is ordered by count, then by code units, whatever the order of the texts', () => {
  const expected = ['a', 'heart', 'red', 'blue', 'dog']
  expect(buildVocabulary(texts)).toEqual(expected)
  expect(buildVocabulary(texts.toReversed())).toEqual(expected)
})

test('minimumCount, maximumSize and lowercase are taken into account', () => {
  expect(buildVocabulary(texts, { minimumCount: 2 })).toEqual(['a', 'heart', 'red'])
  expect(buildVocabulary(texts, { maximumSize: 2 })).toEqual(['a', 'heart'])
  expect(buildVocabulary(['A a', 'A'], { lowercase: false })).toEqual(['A', 'a'])
})

test('word i has id i + 2, others 1', () => {
  const tokenizer = wordTokenizer(['red', 'heart'])
  expect(tokenizer.vocabularySize).toBe(4)
  expect(tokenizer.encode('Heart, my red heart!').ids).toEqual([3, 1, 2, 3])
  expect(wordTokenizer(['red'], { lowercase: false }).encode('Red').ids).toEqual([1])
})

test('words that object prototypes have are words like others', () => {
  expect(buildVocabulary(['constructor __proto__ constructor'])).toEqual(['constructor', 'proto'])
  expect(wordTokenizer(['constructor']).encode('toString constructor').ids).toEqual([1, 2])
})

test('refuses a repeated word and options outside their domain', () => {
  expect(() => wordTokenizer(['a', 'a'])).toThrow(/of different words, got a twice/)
  expect(() => wordTokenizer([1 as unknown as string])).toThrow(/made of words, got 1 at 0/)
  expect(() => buildVocabulary(texts, { minimumCount: 0 })).toThrow(/minimumCount/)
  expect(() => buildVocabulary(texts, { maximumSize: 1.5 })).toThrow(/maximumSize/)
})
