import { expect, test } from 'vitest'
import { type Emoji, listEmoji } from './emoji.ts'
import type { Split } from './splits.ts'
import { caption, type Draws, heldOutTasks, keywordSeparator, trainingPairs } from './tasks.ts'

const one = (hexcode: string, name: string, kind: Emoji['kind'], keywords: string[] = []): Emoji => ({
  hexcode,
  name,
  kind,
  keywords,
  group: hexcode.split('-')[0],
})
const emoji = [
  one('1', 'waving hand', 'base', ['hand', 'wave', 'hello']),
  one('1-a', 'waving hand: light skin tone', 'variant', ['hand', 'wave', 'hello']),
  one('2', 'red heart', 'base', ['love']),
  one('3', 'blue heart', 'base'),
]
const splits: Split[] = ['seen', 'unseen-combination', 'unseen-concept', 'seen']
const all: Draws = () => true
/** All but the blue heart by 'old'. */
const most: Draws = (vendor, { name }) => vendor !== 'old' || name !== 'blue heart'

test('a caption is the name and the keywords that the name does not have', () => {
  expect(caption(emoji[0])).toBe('waving hand ; wave, hello')
  expect(caption(emoji[3])).toBe('blue heart')
})

test('no emoji name holds the separator', () => {
  for (const { name } of listEmoji(() => true)) expect(name).not.toContain(keywordSeparator.trim())
})

test('training pairs are the seen emoji by each training vendor that draws them', () => {
  const pairs = trainingPairs(emoji, splits, ['noto', 'old'], most)
  expect(pairs.map(({ image }) => image)).toEqual([
    'noto/waving-hand-1.png',
    'noto/blue-heart-3.png',
    'old/waving-hand-1.png',
  ])
})

test('skin tones are trained on by the vendors alone whose combinations are asked about', () => {
  const pairs = trainingPairs(
    emoji,
    ['seen', 'seen', 'unseen-concept', 'unseen-concept'],
    ['noto', 'old'],
    all,
  )
  expect(pairs.map(({ image }) => image)).toEqual([
    'noto/waving-hand-1.png',
    'noto/waving-hand-light-skin-tone-1-a.png',
    'old/waving-hand-1.png',
  ])
})

test('each task asks about what it names, among all it must be told from', () => {
  const tasks = Object.fromEntries(
    heldOutTasks(emoji, splits, 'new', all).map(task => [task.name, task.galleries]),
  )
  const count = (name: string) =>
    tasks[name].map(({ queries, candidates }) => [queries.length, candidates.length])
  expect(count('unseenVendor')).toEqual([[2, 3]])
  expect(count('unseenCombinations')).toEqual([
    [1, 1],
    [1, 1],
  ])
  expect(count('unseenConcepts')).toEqual([[1, 1]])
  expect(tasks.unseenConcepts[0].queries[0].text).toBe('red heart ; love')
})

test('a gallery holds what its vendor draws', () => {
  const [{ galleries }] = heldOutTasks(emoji, splits, 'old', most)
  expect(galleries[0].queries.map(({ text }) => text)).toEqual(['waving hand ; wave, hello'])
  expect(galleries[0].candidates.map(({ image }) => image)).toEqual([
    'old/waving-hand-1.png',
    'old/red-heart-2.png',
  ])
})
