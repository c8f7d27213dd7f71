import { expect, it } from 'vitest'
import { synonymTable } from './synonym-table.ts'

it('reads a word a line, in lower case, and what may stand for it', () => {
  const text = 'Big: large, huge\r\n\n new york:\t the city '.replace('new york', 'nyc')
  expect(synonymTable('sentences', text)).toEqual({ big: ['large', 'huge'], nyc: ['the city'] })
})

it.each([
  ['', 'of at least one word, got none'],
  ['big large', '"word: synonym, synonym" in line 1, got "big large"'],
  ['a: b\nc:', 'in line 2, got "c:"'],
  ['a: b,,c', 'in line 1'],
  ['two words: b', 'in line 1'],
  ['a: b\nA: c', 'a line for each word, got two for a'],
])('refuses %j', (text, message) => {
  expect(() => synonymTable('sentences', text)).toThrow(message)
})
