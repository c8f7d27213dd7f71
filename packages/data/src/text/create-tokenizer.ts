import { checkOneOf } from '@chiaro/core'
import { type BytePairTokenizerSpec, bytePairTokenizer } from './byte-pair-tokenizer.ts'
import { type HuggingFaceTokenizerSpec, huggingFaceTokenizer } from './hugging-face-tokenizer.ts'
import { type NgramTokenizerSpec, ngramTokenizer } from './ngram-tokenizer.ts'
import type { SpecifiedTokenizer } from './tokenizer.ts'
import { type WordTokenizerSpec, wordTokenizer } from './word-tokenizer.ts'

/** What a run folder keeps of its tokenizer. */
export type TokenizerSpec =
  | BytePairTokenizerSpec
  | HuggingFaceTokenizerSpec
  | NgramTokenizerSpec
  | WordTokenizerSpec

/**
 * The tokenizer a spec describes: the same ids for the same text as the tokenizer it came from, also after a way
 * through JSON.
 *
 * @throws RangeError for a spec of no known type; what the tokenizers throw
 *
 * @example
 * ```ts
 * import { createTokenizer, wordTokenizer } from '@chiaro/data'
 *
 * const kept = JSON.stringify(wordTokenizer(['red', 'heart']).spec)
 * console.log(createTokenizer(JSON.parse(kept)).encode('a red heart')) // 1, 2, 3: the ids it gave before
 * ```
 */
export function createTokenizer(spec: TokenizerSpec): SpecifiedTokenizer<TokenizerSpec> {
  checkOneOf('createTokenizer', { 'spec.type': spec.type }, ['bytePair', 'huggingFace', 'ngram', 'word'])
  switch (spec.type) {
    case 'bytePair':
      return bytePairTokenizer(spec, spec)
    case 'huggingFace':
      return huggingFaceTokenizer(spec.json, spec)
    case 'ngram':
      return ngramTokenizer(spec)
    case 'word':
      return wordTokenizer(spec.vocabulary, spec)
  }
}
