import { ranksInTurn } from '@chiaro/test-kit/ranks-in-turn'
import { expect, it } from 'vitest'
import { allGatherTexts } from './texts.ts'

it('texts of any length and script come whole to every rank, in the order of ranks', () => {
  const texts = ['', 'größer als 5 €, 鳥 and 🐦', 'x'.repeat(5000)]
  const all = ranksInTurn(3, ranks => allGatherTexts(texts[ranks.rank], ranks))
  expect(all).toEqual([texts, texts, texts])
})
