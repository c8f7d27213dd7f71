import { checkInteger } from '@chiaro/core'
import { decoder } from './byte-pair-tokenizer-decoder.ts'
import {
  byteCharacters,
  checkComplete,
  endToken,
  parseMerges,
  parseVocabulary,
  startToken,
  vocabularyOfMerges,
  wordEnd,
} from './byte-pair-tokenizer-files.ts'
import type { SpecifiedTokenizer } from './tokenizer.ts'

/** The texts of a tokenizer's files. */
export interface BytePairFiles {
  /** `merges.txt`, or CLIP's `bpe_simple_vocab_16e6.txt` (unpacked). */
  readonly merges: string
  /** `vocab.json`. Default: the ids that CLIP's own file implies. */
  readonly vocabulary?: string
}

export interface BytePairTokenizerOptions {
  /** The most ids a text has, start and end included; at least 2. Default 77, CLIP's. */
  readonly contextLength?: number
}

/** The files' texts and the options with their defaults filled in, as plain JSON. */
export interface BytePairTokenizerSpec extends BytePairFiles, Required<BytePairTokenizerOptions> {
  readonly type: 'bytePair'
}

export interface BytePairTokenizer extends SpecifiedTokenizer<BytePairTokenizerSpec> {
  readonly startId: number
  /** The id at which CLIP's text tower is read. */
  readonly endId: number
  /**
   * The text of ids, without start and end: lower-cased, one space behind every word.
   *
   * @throws RangeError for an id that is no token's
   */
  decode(ids: ArrayLike<number>): string
}

/** What becomes one word, to be merged on its own. */
const pattern = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu
const specialTokens = /(<\|startoftext\|>|<\|endoftext\|>)/
/** Words whose symbols are kept; then the cache starts anew. */
const cachedWords = 20_000

/**
 * CLIP's tokenizer (Radford et al. 2021): byte-pair encoding (Sennrich et al. 2016) of a text's UTF-8 bytes. A text
 * is composed (Unicode NFC), lower-cased character by character and cut into runs of letters, single digits, runs of
 * other characters and English endings ('s, 're, …); white space only parts words. In each word the pair of
 * neighbours that comes first among the merges is joined, until none is left. The ids stand between those of start
 * and end; of a text that is too long the front is kept, and the end's id. There are no unknown words: every byte is
 * a token. This is what Hugging Face's CLIPTokenizer does. As there, "<|startoftext|>" and "<|endoftext|>" within a
 * text are those tokens, and HTML entities and broken encodings stay as they are (open_clip repairs both before).
 *
 * Id 0 is a token of CLIP's ("!"), not padding; its text tower stops at the end's id, so that either may follow.
 *
 * @throws ChiaroError ('data') for files that are none; RangeError for a vocabulary that lacks a byte or a merge, or a
 *   context below 2
 *
 * @example
 * ```ts
 * import { bytePairTokenizer } from '@chiaro/data'
 *
 * // Three merges instead of a CLIP model's merges.txt.
 * const merges = '#version: 0.2\nc a\nca t</w>\no f</w>\n'
 * const tokenizer = bytePairTokenizer({ merges }, { contextLength: 16 })
 * const { ids } = tokenizer.encode('A CAT')
 * console.log(ids, tokenizer.decode(ids)) // start, "a", "cat", end
 * ```
 */
export function bytePairTokenizer(
  files: BytePairFiles,
  { contextLength = 77 }: BytePairTokenizerOptions = {},
): BytePairTokenizer {
  const where = 'bytePairTokenizer'
  checkInteger(where, { contextLength }, { least: 2 })
  const merges = parseMerges(files.merges)
  const ids =
    files.vocabulary === undefined
      ? vocabularyOfMerges(merges)
      : new Map(Object.entries(parseVocabulary(files.vocabulary)))
  checkComplete(where, ids, merges)
  const idOf = (token: string) => ids.get(token) as number
  const [startId, endId] = [idOf(startToken), idOf(endToken)]
  const ranks = new Map(merges.map((merge, rank) => [merge, rank]))
  const cache = new Map<string, readonly number[]>()
  const idsOfWord = (word: string): readonly number[] => {
    const known = cache.get(word)
    if (known !== undefined) return known
    if (cache.size >= cachedWords) cache.clear()
    const found = mergedSymbols(spelled(word), ranks).map(idOf)
    cache.set(word, found)
    return found
  }
  const encode = (text: string) => {
    const out = [startId]
    for (const piece of text.split(specialTokens)) {
      if (piece === startToken || piece === endToken) {
        out.push(idOf(piece))
        continue
      }
      for (const [word] of cleanedText(piece).matchAll(pattern)) {
        if (out.length >= contextLength) break
        out.push(...idsOfWord(word).slice(0, contextLength))
      }
    }
    return { ids: [...out.slice(0, contextLength - 1), endId] }
  }
  const spec: BytePairTokenizerSpec = {
    type: 'bytePair',
    merges: files.merges,
    ...(files.vocabulary === undefined ? {} : { vocabulary: files.vocabulary }),
    contextLength,
  }
  const vocabularySize = [...ids.values()].reduce((most, id) => Math.max(most, id + 1), 0)
  return { spec, vocabularySize, startId, endId, encode, decode: decoder(ids, [startId, endId]) }
}

/** Character by character, as Hugging Face: a sigma at a word's end is one as elsewhere. */
function cleanedText(text: string): string {
  return Array.from(text.normalize('NFC'), character => character.toLowerCase()).join('')
}

/** A word's bytes in the files' alphabet, the last one marked. */
function spelled(word: string): string[] {
  const symbols = Array.from(new TextEncoder().encode(word), byte => byteCharacters[byte])
  symbols[symbols.length - 1] += wordEnd
  return symbols
}

/** Joins, everywhere in the word, the neighbours of the lowest rank, until no two have one. */
function mergedSymbols(symbols: string[], ranks: ReadonlyMap<string, number>): string[] {
  let word = symbols
  for (;;) {
    let best = Number.POSITIVE_INFINITY
    let pair = ''
    for (let i = 0; i + 1 < word.length; i++) {
      const candidate = `${word[i]} ${word[i + 1]}`
      const rank = ranks.get(candidate)
      if (rank !== undefined && rank < best) [best, pair] = [rank, candidate]
    }
    if (pair === '') return word
    const joined: string[] = []
    for (let i = 0; i < word.length; i++) {
      const isPair = i + 1 < word.length && `${word[i]} ${word[i + 1]}` === pair
      joined.push(isPair ? word[i] + word[++i] : word[i])
    }
    word = joined
  }
}
