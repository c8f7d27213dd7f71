import { ngramTokenizer } from '@chiaro/data'
import { expect, it } from 'vitest'
import { captionKeys } from './caption-keys.ts'
import { distinctTexts } from './pairs.ts'

const pairs = (texts: readonly string[]) => ({
  images: { data: new Uint8Array(), shape: [0, 1, 1, 3] as const },
  imageOf: Int32Array.from(texts.keys()),
  ...distinctTexts(texts),
})
const tokenizer = ngramTokenizer({ symbols: true })

it('tells captions apart by their tokens, not by how they are written', () => {
  const keys = captionKeys(
    tokenizer,
    pairs(['A red heart', 'a red heart!', 'C#', 'C++', 'c', '❤️', '❤', '🎉']),
  )
  expect(Array.from(keys)).toEqual([0, 0, 1, 2, 3, 4, 4, 5])
})

it('refuses a caption without a token, by where it stands', () => {
  const texts = ['a dog', '…', '…']
  expect(() => captionKeys(tokenizer, pairs(texts))).toThrow('row 2: a caption must have a word')
  const placeOf = (row: number) => `pairs.csv:${row + 2}`
  expect(() => captionKeys(tokenizer, { ...pairs(texts), placeOf })).toThrow(
    'pairs.csv:3: a caption must have a word',
  )
})

it('tells apart what has one hash, and weights of the same tokens', () => {
  // FNV-1a of two ids is (h ^ a)·p ^ b, times p: these two pairs meet before the last factor.
  const p = 0x01000193
  const first = Math.imul(0x811c9dc5 ^ 1, p)
  const second = Math.imul(0x811c9dc5 ^ 2, p)
  const bags: Record<string, { ids: number[]; weights?: number[] }> = {
    one: { ids: [1, 7] },
    two: { ids: [2, first ^ second ^ 7] },
    heavy: { ids: [1, 7], weights: [1, 2] },
    light: { ids: [1, 7], weights: [1, 1] },
    again: { ids: [1, 7], weights: [1, 2] },
  }
  const encoder = { spec: {}, vocabularySize: 9, encode: (text: string) => bags[text] }
  expect(Array.from(captionKeys(encoder, pairs(Object.keys(bags))))).toEqual([0, 1, 2, 3, 2])
})
