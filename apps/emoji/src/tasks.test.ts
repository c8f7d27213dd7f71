import { expect, test } from 'vitest'
import { type Emoji, listEmoji } from './emoji.ts'
import type { Split } from './splits.ts'
import { caption, heldOutTasks, keywordSeparator, trainingPairs } from './tasks.ts'

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

test('a caption is the name and the keywords that the name does not have', () => {
  expect(caption(emoji[0])).toBe('waving hand ; wave, hello')
  expect(caption(emoji[3])).toBe('blue heart')
})

test('no emoji name holds the separator', () => {
  for (const { name } of listEmoji(() => true)) expect(name).not.toContain(keywordSeparator.trim())
})

test('training pairs are the seen emoji by both training vendors, never Twemoji', () => {
  const pairs = trainingPairs(emoji, splits)
  expect(pairs).toHaveLength(4)
  expect(pairs.map(({ image }) => image.split('/')[0])).toEqual([
    'noto',
    'noto',
    'fluent-emoji-flat',
    'fluent-emoji-flat',
  ])
  expect(pairs.some(({ text }) => /light skin|red heart/.test(text))).toBe(false)
})

test('each task asks about what it names, among all it must be told from', () => {
  const tasks = Object.fromEntries(heldOutTasks(emoji, splits).map(task => [task.name, task.galleries]))
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
