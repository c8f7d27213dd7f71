import { key } from '@chiaro/random'
import { expect, it } from 'vitest'
import { synonyms, type TextView, wordDropout, wordSwap } from './text-views.ts'

const long = Array.from({ length: 2000 }, (_, i) => `w${i}`).join(' ')
const noKey = undefined as unknown as ReturnType<typeof key>

it('wordDropout leaves out the share asked for, keeps the order, and one word at least', () => {
  const left = wordDropout({ probability: 0.3 })(key(1), [long])[0].split(' ')
  // Binomial(2000, 0.7): standard deviation 20.5.
  expect(Math.abs(left.length - 1400)).toBeLessThan(92)
  const places = left.map(word => Number(word.slice(1)))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(wordDropout({ probability: 1 })(key(1), ['a b c'])[0]).toMatch(/^[abc]$/)
  expect(wordDropout({ probability: 1 })(key(1), ['', ' one '])).toEqual(['', 'one'])
})

it('wordSwap keeps the words and changes the places of about the share asked for', () => {
  const words = wordSwap({ probability: 0.1 })(key(2), [long])[0].split(' ')
  expect([...words].sort()).toEqual(long.split(' ').sort())
  const moved = words.filter((word, i) => word !== `w${i}`).length
  // About 200 exchanges of two words each, less where one moves twice.
  expect(Math.abs(moved - 380)).toBeLessThan(110)
  expect(wordSwap({ probability: 1 })(key(1), ['alone'])).toEqual(['alone'])
  expect(wordSwap({ probability: 1 })(key(1), ['a b'])).toEqual(['a b'])
})

it('synonyms replaces words of the table alone, with their capitals and punctuation', () => {
  const view = synonyms({ big: ['large', 'huge'], constructor: [] }, { probability: 1 })
  const out = view(key(3), Array(200).fill('A (big) dog. Big, constructor!'))
  for (const text of out) expect(text).toMatch(/^A \((large|huge)\) dog\. (Large|Huge), constructor!$/)
  const huge = out.filter(text => text.includes('(huge)')).length
  // Binomial(200, ½): standard deviation 7.1.
  expect(Math.abs(huge - 100)).toBeLessThan(32)
})

it('text views are pure, draw for each text alone, draw nothing at 0, and refuse other probabilities', () => {
  const makers: ((probability?: number) => TextView)[] = [
    probability => wordDropout({ probability }),
    probability => wordSwap({ probability }),
    probability => synonyms({ w1: ['x'], w2: ['y', 'z'] }, { probability }),
  ]
  for (const make of makers) {
    const texts = [long, long, 'w1 w2  w3']
    const out = make(0.5)(key(1), texts)
    expect(make(0.5)(key(1), texts)).toEqual(out)
    expect(make(0.5)(key(1), [texts[0], 'short'])[0]).toBe(out[0])
    expect(make(0)(noKey, texts)).toEqual(texts)
    expect(() => make(Number.NaN)).toThrow(/probability must be a number from 0 to 1, got NaN/)
  }
  const [first, second] = wordDropout()(key(1), [long, long])
  expect(first).not.toBe(second)
})
