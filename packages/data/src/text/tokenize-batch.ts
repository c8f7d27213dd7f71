import { checkInteger, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { dataError } from '../data-error.ts'
import { encode, type Tokenizer } from './tokenizer.ts'

export interface TokenizeOptions {
  /** Tokens a row has, padding included. Default: those of the longest text, at least 1. */
  readonly length?: number
  /** The id behind a text's end. Default 0. */
  readonly pad?: number
  /** Whether a longer text is cut off at the end; otherwise it is an error. Default true. */
  readonly truncate?: boolean
}

/** Token ids on the host, row-major. */
export interface HostTokens {
  readonly ids: Int32Array
  readonly shape: readonly [batch: number, length: number]
}

/**
 * Texts as token ids [texts, length] on the host: each row one text's ids in their order, then padding.
 *
 * @throws RangeError for an option outside its domain or an id that is no int32 of at least 0; ChiaroError ('data')
 *   that names the text when one is too long and `truncate` is false
 *
 * @example
 * ```ts
 * import { tokenizeTexts } from '@chiaro/data'
 *
 * // Any function from a text to ids is a tokenizer.
 * const encode = (text: string) => Array.from(text, letter => letter.codePointAt(0) ?? 0)
 * const { ids, shape } = tokenizeTexts({ encode }, ['abc', 'a'], { length: 2 })
 * console.log(ids, shape) // 97, 98 and 97, 0: cut off, and padded
 * ```
 */
export function tokenizeTexts(
  tokenizer: Tokenizer,
  texts: readonly string[],
  { length, pad = 0, truncate = true }: TokenizeOptions = {},
): HostTokens {
  const where = 'tokenizeTexts'
  if (length !== undefined) checkInteger(where, { length }, { least: 1 })
  checkInteger(where, { pad }, { least: 0 })
  const encoded = texts.map(text => encode(tokenizer, text).ids)
  const columns = length ?? longest(encoded)
  const out = new Int32Array(texts.length * columns).fill(pad)
  for (const [row, ids] of encoded.entries()) {
    if (ids.length > columns && !truncate) throw tooLong(where, texts[row], row, ids.length, columns)
    for (let i = 0; i < Math.min(ids.length, columns); i++) {
      checkId(where, ids[i], row)
      out[row * columns + i] = ids[i]
    }
  }
  return { ids: out, shape: [texts.length, columns] }
}

/**
 * `tokenizeTexts` as a tensor: [texts, length] int32, which the caller disposes.
 *
 * @throws what `tokenizeTexts` throws
 *
 * @example
 * ```ts
 * import { buildVocabulary, tokenizeBatch, wordTokenizer } from '@chiaro/data'
 *
 * const texts = ['a red heart', 'a hand']
 * tokenizeBatch(wordTokenizer(buildVocabulary(texts)), texts).print() // [2, 3] int32
 * ```
 */
export function tokenizeBatch(
  tokenizer: Tokenizer,
  texts: readonly string[],
  options: TokenizeOptions = {},
): tf.Tensor2D {
  const { ids, shape } = tokenizeTexts(tokenizer, texts, options)
  return tf.tensor2d(ids, [shape[0], shape[1]], 'int32')
}

/** The greatest length, at least 1. (A spread into Math.max overflows the stack from about 100,000 texts on.) */
export function longest(rows: readonly ArrayLike<unknown>[]): number {
  return rows.reduce((length, row) => Math.max(length, row.length), 1)
}

/** Refuses what is no token id, before an Int32Array silently turns it into another number. */
export function checkId(where: string, id: number, row: number): void {
  if (id === (id | 0) && id >= 0) return
  throw rangeError(where, 'tokenizer', 'one that gives int32 ids of at least 0', `${id} for text ${row}`)
}

export function tooLong(where: string, text: string, row: number, got: number, limit: number): Error {
  const start = text.length > 40 ? `${text.slice(0, 40)}…` : text
  const problem = `text ${row} ("${start}") must have at most ${limit} tokens, got ${got}`
  return dataError(where, undefined, problem)
}
