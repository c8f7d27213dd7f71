import { checkInteger, checkNumber, rangeError } from '@chiaro/core'
import { checkId } from './tokenize-batch.ts'
import { encode, type Tokenizer } from './tokenizer.ts'

export interface InverseDocumentFrequencyOptions {
  /** How many ids there are. Default the tokenizer's own `vocabularySize`. */
  readonly vocabularySize?: number
  /** The weight's exponent; 0 makes all weights 1. Default 1. */
  readonly power?: number
  /** Ids that are in fewer texts than this get weight 0: an embedding that was never trained says nothing. Default 0. */
  readonly minimumTexts?: number
}

/**
 * A weight for each id: (log((1 + n) / (1 + n_id)) + 1)^power, where n_id of the n texts have the id. Id 0, padding,
 * gets 0.
 *
 * @returns [vocabularySize]
 * @throws RangeError for an option outside its domain, or an id outside the vocabulary
 * @see Spärck Jones 1972, A Statistical Interpretation of Term Specificity; smoothed so that no id divides by 0
 *
 * @example
 * ```ts
 * import { buildVocabulary, inverseDocumentFrequency, wordTokenizer } from '@chiaro/data'
 *
 * const texts = ['a red heart', 'a blue heart', 'a hand']
 * const tokenizer = wordTokenizer(buildVocabulary(texts))
 * const weights = inverseDocumentFrequency(tokenizer, texts)
 * const { ids } = tokenizer.encode('a heart hand') as { ids: readonly number[] }
 * console.log(ids.map(id => weights[id])) // the rarer the word, the more
 * ```
 */
export function inverseDocumentFrequency(
  tokenizer: Tokenizer & { readonly vocabularySize?: number },
  texts: readonly string[],
  options: InverseDocumentFrequencyOptions = {},
): Float32Array {
  const { vocabularySize = tokenizer.vocabularySize ?? 0, power = 1, minimumTexts = 0 } = options
  const where = 'inverseDocumentFrequency'
  checkInteger(where, { vocabularySize }, { least: 1 })
  checkInteger(where, { minimumTexts }, { least: 0 })
  checkNumber(where, { power })
  const found = new Float64Array(vocabularySize)
  for (const [row, text] of texts.entries()) {
    for (const id of new Set(Array.from(encode(tokenizer, text).ids))) {
      checkId(where, id, row)
      if (id >= vocabularySize) {
        throw rangeError(where, 'vocabularySize', `above every id, ${id} too`, String(vocabularySize))
      }
      found[id] += 1
    }
  }
  return Float32Array.from(found, (count, id) => {
    if (id === 0 || count < minimumTexts) return 0
    return (Math.log((1 + texts.length) / (1 + count)) + 1) ** power
  })
}
