import type { SynonymTable } from '@chiaro/augment'
import { rangeError } from '@chiaro/core'

/**
 * A table of synonyms from its text: "word: synonym, synonym" on each line, words in any case; blank lines are none.
 *
 * @throws RangeError that names the line which is not so, or whose word came before
 */
export function synonymTable(where: string, text: string): SynonymTable {
  const table = new Map<string, readonly string[]>()
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [, word = '', rest = ''] = /^([^:]*):(.*)$/s.exec(line) ?? []
    const key = word.trim().toLowerCase()
    const synonyms = rest.split(',').map(one => one.trim())
    if (key === '' || /\s/.test(key) || synonyms.includes('')) {
      const expected = `"word: synonym, synonym" in line ${i + 1}`
      throw rangeError(where, 'synonyms', expected, JSON.stringify(line))
    }
    if (table.has(key)) throw rangeError(where, 'synonyms', `a line for each word`, `two for ${key}`)
    table.set(key, synonyms)
  }
  if (table.size === 0) throw rangeError(where, 'synonyms', 'of at least one word', 'none')
  return Object.fromEntries(table)
}
