/** Letters and digits of any script with their marks, joined by single hyphens: "light-haired" is one word. */
const word = '[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*(?:-[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*)*'
/** A sign that means something by itself: an emoji, or what tells C# from C++. */
const symbol = '[\\p{S}\\p{Extended_Pictographic}#&%@]'

const words = new RegExp(word, 'gu')
const wordsAndSymbols = new RegExp(`${word}|${symbol}`, 'gu')

/** They say how a sign is drawn, and belong to no word. */
const variationSelectors = /[\uFE00-\uFE0F]/g

export interface SplitWordsOptions {
  /** Default true. */
  readonly lowercase?: boolean
  /** Whether each emoji, currency or mathematical sign, and # & % @, is a word too. Default false. */
  readonly symbols?: boolean
}

/** The words of a text in their order, in composed form (NFC); all else only separates them. */
export function splitWords(
  text: string,
  { lowercase = true, symbols = false }: SplitWordsOptions = {},
): string[] {
  const composed = text.normalize('NFC').replace(variationSelectors, '')
  return (lowercase ? composed.toLowerCase() : composed).match(symbols ? wordsAndSymbols : words) ?? []
}
