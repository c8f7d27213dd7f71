import { checkInteger, rangeError, typeError } from '@chiaro/core'
import { splitWords } from './split-words.ts'
import type { SpecifiedTokenizer } from './tokenizer.ts'

export interface WordTokenizerOptions {
  /** Default true. */
  readonly lowercase?: boolean
}

/** The vocabulary and the options with their defaults filled in, as plain JSON. */
export interface WordTokenizerSpec extends Required<WordTokenizerOptions> {
  readonly type: 'word'
  readonly vocabulary: readonly string[]
}

export interface VocabularyOptions extends WordTokenizerOptions {
  /** Words that occur less often are left out. Default 1. */
  readonly minimumCount?: number
  /** The most frequent words are kept, up to this many. Default all. */
  readonly maximumSize?: number
}

/** Ids below the first word's: 0 is padding, 1 any word outside the vocabulary. */
const unknownId = 1
const firstWordId = 2

/**
 * The words of texts, the most frequent first; equally frequent ones in the order of their code units, so that the
 * same texts in any order give the same vocabulary.
 *
 * @throws RangeError for an option outside its domain
 *
 * @example
 * ```ts
 * import { buildVocabulary, wordTokenizer } from '@chiaro/data'
 *
 * const vocabulary = buildVocabulary(['a red heart', 'a hand'], { minimumCount: 2 })
 * const { encode, vocabularySize } = wordTokenizer(vocabulary)
 * console.log(vocabulary, encode('a red hand'), vocabularySize) // "a" alone is known: 2, 1, 1
 * ```
 */
export function buildVocabulary(texts: Iterable<string>, options: VocabularyOptions = {}): string[] {
  const { minimumCount = 1, maximumSize, lowercase = true } = options
  checkInteger('buildVocabulary', { minimumCount }, { least: 1 })
  if (maximumSize !== undefined) checkInteger('buildVocabulary', { maximumSize }, { least: 1 })
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const word of splitWords(text, { lowercase })) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count >= minimumCount)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, maximumSize)
    .map(([word]) => word)
}

/**
 * One id a word, in the text's order: word i of the vocabulary has id i + 2, every other word id 1; 0 is padding.
 *
 * @throws TypeError or RangeError unless the vocabulary is made of different words
 * @see `buildVocabulary` for an example
 */
export function wordTokenizer(
  vocabulary: readonly string[],
  { lowercase = true }: WordTokenizerOptions = {},
): SpecifiedTokenizer<WordTokenizerSpec> {
  const spec: WordTokenizerSpec = { type: 'word', vocabulary: [...vocabulary], lowercase }
  const idOf = new Map<string, number>()
  for (const [i, word] of spec.vocabulary.entries()) {
    if (typeof word !== 'string') {
      throw typeError('wordTokenizer', 'vocabulary', 'made of words', `${String(word)} at ${i}`)
    }
    if (idOf.has(word)) throw rangeError('wordTokenizer', 'vocabulary', 'of different words', `${word} twice`)
    idOf.set(word, firstWordId + i)
  }
  return {
    spec,
    vocabularySize: firstWordId + idOf.size,
    encode: text => ({ ids: splitWords(text, { lowercase }).map(word => idOf.get(word) ?? unknownId) }),
  }
}
