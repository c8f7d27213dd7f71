import { type BatchPart, checkNumber, type RandomKey } from '@chiaro/core'
import { foldIn, uniformValues } from '@chiaro/random'

/**
 * A random view of texts: pure in the key; text i draws from foldIn(key, i), whatever the others are, or by its place in a
 * larger batch that these are a part of.
 */
export type TextView = (key: RandomKey, texts: readonly string[], part?: BatchPart) => string[]

export interface TextViewOptions {
  /** The probability that a word is changed. Default 0.1; 0 draws nothing. */
  readonly probability?: number
}

/**
 * Texts without some of their words, each left out with the probability; the last one left stays. Words are what white
 * space divides, and single blanks join them again (EDA's random deletion; Wei and Zou 2019).
 *
 * @throws RangeError unless 0 ≤ probability ≤ 1
 *
 * @example
 * ```ts
 * import { wordDropout } from '@chiaro/augment'
 * import { key } from '@chiaro/random'
 *
 * console.log(wordDropout({ probability: 0.3 })(key(1), ['a small red boat on the sea']))
 * ```
 */
export function wordDropout({ probability = 0.1 }: TextViewOptions = {}): TextView {
  return byWords('wordDropout', probability, (words, draws) => {
    const stays = words.map((_, i) => draws[2 * i] >= probability)
    if (!stays.includes(true)) stays[largest(draws, words.length)] = true
    return words.filter((_, i) => stays[i])
  })
}

/**
 * Each word changes places with another of its text, all equally likely, with the probability, from first to last
 * (EDA's random swap). Texts of one word stay.
 *
 * @throws RangeError unless 0 ≤ probability ≤ 1
 *
 * @example
 * ```ts
 * import { wordSwap } from '@chiaro/augment'
 * import { key } from '@chiaro/random'
 *
 * console.log(wordSwap({ probability: 0.3 })(key(1), ['a small red boat on the sea']))
 * ```
 */
export function wordSwap({ probability = 0.1 }: TextViewOptions = {}): TextView {
  return byWords('wordSwap', probability, (words, draws) => {
    const order = [...words]
    if (order.length < 2) return order
    for (let i = 0; i < order.length; i++) {
      if (draws[2 * i] >= probability) continue
      const step = 1 + Math.floor(draws[2 * i + 1] * (order.length - 1))
      const j = (i + step) % order.length
      const moved = order[i]
      order[i] = order[j]
      order[j] = moved
    }
    return order
  })
}

/** Lower-case words and what may stand for each. */
export type SynonymTable = Readonly<Record<string, readonly string[]>>

/**
 * Each word of the table replaced with the probability by one of its synonyms, all equally likely (EDA's synonym
 * replacement). Words are looked up in lower case; punctuation round them and a capital at their beginning stay.
 *
 * @throws RangeError unless 0 ≤ probability ≤ 1
 *
 * @example
 * ```ts
 * import { synonyms } from '@chiaro/augment'
 * import { key } from '@chiaro/random'
 *
 * console.log(synonyms({ big: ['large'] }, { probability: 1 })(key(1), ['A big dog'])) // ['A large dog']
 * ```
 */
export function synonyms(table: SynonymTable, { probability = 0.1 }: TextViewOptions = {}): TextView {
  return byWords('synonyms', probability, (words, draws) =>
    words.map((word, i) => {
      const [, before, core, after] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su.exec(word) ?? [
        '',
        '',
        word,
        '',
      ]
      const key = core.toLowerCase()
      const choices = Object.hasOwn(table, key) ? table[key] : []
      if (choices.length === 0 || draws[2 * i] >= probability) return word
      const chosen = choices[Math.floor(draws[2 * i + 1] * choices.length)]
      const capital = core[0] !== core[0].toLowerCase()
      return before + (capital ? chosen[0].toUpperCase() + chosen.slice(1) : chosen) + after
    }),
  )
}

/** Two draws a word: whether it is changed, and into what. */
function byWords(
  where: string,
  probability: number,
  change: (words: readonly string[], draws: Float32Array) => string[],
): TextView {
  checkNumber(where, { probability }, { least: 0, most: 1 })
  if (probability === 0) return (_, texts) => [...texts]
  return (key, texts, { rows } = {}) =>
    texts.map((text, i) => {
      const words = text.split(/\s+/u).filter(word => word !== '')
      return words.length === 0
        ? text
        : change(words, uniformValues(foldIn(key, rows?.[i] ?? i), 2 * words.length)).join(' ')
    })
}

/** The word whose first draw is largest. */
function largest(draws: Float32Array, words: number): number {
  let best = 0
  for (let i = 1; i < words; i++) if (draws[2 * i] > draws[2 * best]) best = i
  return best
}
