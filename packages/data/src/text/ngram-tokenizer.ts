import { checkInteger, checkNumber, described, rangeError, typeError } from '@chiaro/core'
import { fnv1a } from './fnv-1a.ts'
import { splitWords } from './split-words.ts'
import type { Encoding, SpecifiedTokenizer } from './tokenizer.ts'

export interface NgramTokenizerOptions {
  /** How many ids features are hashed into. Default 8192. */
  readonly buckets?: number
  /** Whether words are features. Default true. */
  readonly words?: boolean
  /** Lengths of character n-grams, in code points; none for words only. Default [3]. */
  readonly characterNgrams?: readonly number[]
  /** Default true. */
  readonly lowercase?: boolean
  /** Another seed gives other collisions. A uint32, default 0. */
  readonly seed?: number
  /** What an n-gram weighs beside a word's 1. Default 1. */
  readonly ngramWeight?: number
  /** An n-gram's weight is divided by (letters of its word)^ngramLengthPower. Default 0: not at all. */
  readonly ngramLengthPower?: number
  /**
   * Where a text has a title and an appendix ("waving hand; hello, hi"): words behind the first `separator` count
   * once each, not at all if the title has them, and weigh `weight`. Default: a text is all title.
   */
  readonly appendix?: { readonly separator: string; readonly weight: number }
  /** Whether an emoji or another sign (C# is not C++) is a word too. Default false. */
  readonly symbols?: boolean
  /** Words that are no features, as 'a' and 'the' in a query; a text of nothing else keeps them. Default none. */
  readonly ignoredWords?: readonly string[]
}

/** The options with their defaults filled in, as plain JSON. */
export interface NgramTokenizerSpec extends Required<Omit<NgramTokenizerOptions, 'appendix' | 'symbols'>> {
  readonly type: 'ngram'
  /** Absent in specs of before: false. */
  readonly symbols?: boolean
  readonly appendix?: { readonly separator: string; readonly weight: number }
}

/**
 * Words and character n-grams, hashed: no vocabulary to build or store, and a word never seen shares n-grams with
 * those that were (fastText's subwords).
 *
 * A word's features are the word itself, its parts when it has hyphens, and the n-grams of "<word>", whose marks
 * tell beginnings and ends. A feature's id is 1 + FNV-1a(seed, "w:" + word or "t:" + n-gram) mod buckets; 0 is
 * padding. Features come in the text's order and as often as they occur.
 *
 * @throws RangeError for an option outside its domain
 * @see Bojanowski et al. 2017, Enriching Word Vectors with Subword Information, arXiv:1607.04606
 *
 * @example
 * ```ts
 * import { ngramTokenizer, tokenizeTexts } from '@chiaro/data'
 *
 * const tokenizer = ngramTokenizer({ buckets: 2 ** 16 })
 * const { ids, shape } = tokenizeTexts(tokenizer, ['waving', 'waved'])
 * const [first, second] = [0, 1].map(row => ids.slice(row * shape[1], (row + 1) * shape[1]))
 * console.log(first.filter(id => id > 0 && second.includes(id)).length) // they share n-grams, as "<wa" and "wav"
 * ```
 */
export function ngramTokenizer(options: NgramTokenizerOptions = {}): SpecifiedTokenizer<NgramTokenizerSpec> {
  const spec: NgramTokenizerSpec = {
    type: 'ngram',
    buckets: options.buckets ?? 8192,
    words: options.words ?? true,
    characterNgrams: [...(options.characterNgrams ?? [3])],
    lowercase: options.lowercase ?? true,
    seed: options.seed ?? 0,
    ngramWeight: options.ngramWeight ?? 1,
    ngramLengthPower: options.ngramLengthPower ?? 0,
    ignoredWords: [...(options.ignoredWords ?? [])],
    ...(options.symbols && { symbols: true }),
    ...(options.appendix && { appendix: { ...options.appendix } }),
  }
  checkSpec(spec)
  return { spec, vocabularySize: spec.buckets + 1, encode: text => encodeText(spec, text) }
}

function encodeText(spec: NgramTokenizerSpec, text: string): Encoding {
  const ids: number[] = []
  const weights: number[] = []
  const add = (feature: string, weight: number) => {
    ids.push(1 + (fnv1a(feature, spec.seed) % spec.buckets))
    weights.push(weight)
  }
  const all = weightedWords(spec, text)
  const telling = all.filter(({ word }) => !spec.ignoredWords.includes(word))
  for (const { word, weight } of telling.length > 0 ? telling : all) {
    if (spec.words) for (const part of wordAndParts(word)) add(`w:${part}`, weight)
    const letters = [...word]
    const marked = ['<', ...letters, '>']
    const ngramWeight = (weight * spec.ngramWeight) / letters.length ** spec.ngramLengthPower
    for (const n of spec.characterNgrams) {
      for (let i = 0; i + n <= marked.length; i++) add(`t:${marked.slice(i, i + n).join('')}`, ngramWeight)
    }
  }
  return { ids, weights }
}

/** Title words as they come; each other word of the appendix once, in the order of its first appearance. */
function weightedWords(spec: NgramTokenizerSpec, text: string): { word: string; weight: number }[] {
  const { appendix } = spec
  const cut = appendix === undefined ? -1 : text.indexOf(appendix.separator)
  if (appendix === undefined || cut < 0) return splitWords(text, spec).map(word => ({ word, weight: 1 }))
  const title = splitWords(text.slice(0, cut), spec)
  const known = new Set(title)
  const others = new Set(splitWords(text.slice(cut), spec).filter(word => !known.has(word)))
  return [
    ...title.map(word => ({ word, weight: 1 })),
    ...Array.from(others, word => ({ word, weight: appendix.weight })),
  ]
}

function wordAndParts(word: string): string[] {
  const parts = word.split('-')
  return parts.length > 1 ? [word, ...parts] : parts
}

function checkSpec(spec: NgramTokenizerSpec): void {
  const { buckets, words, characterNgrams, seed, ngramWeight, ngramLengthPower, appendix } = spec
  const where = 'ngramTokenizer'
  checkInteger(where, { buckets }, { least: 1 })
  checkInteger(where, { characterNgrams }, { least: 1 })
  if (!words && characterNgrams.length === 0) {
    throw rangeError(where, 'characterNgrams', 'at least one length when words is false', 'none')
  }
  checkInteger(where, { seed }, { least: 0, below: 2 ** 32 })
  const weights = { ngramWeight, ngramLengthPower, 'appendix.weight': appendix?.weight ?? 0 }
  checkNumber(where, weights, { least: 0 })
  if (appendix !== undefined && !(typeof appendix.separator === 'string' && appendix.separator.length > 0)) {
    throw typeError(
      where,
      'appendix.separator',
      'a text of at least one character',
      described(appendix.separator),
    )
  }
}
