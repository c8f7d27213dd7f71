import type { ChiaroError } from '@chiaro/core'
import type { Encoding, SpecifiedTokenizer } from '@chiaro/data'
import { noToken } from '../texts/no-token.ts'
import type { Pairs } from './pairs.ts'

/**
 * Which captions are one to the text tower: [texts] equal numbers have equal tokens ("A red heart", "a red heart!"), and
 * are never negatives of each other. Tokens are told apart by a hash and then looked at again, so that a hundred
 * thousand captions need not be kept as tokens.
 *
 * @throws ChiaroError ('data') for a caption without any token, which says where it stands
 */
export function captionKeys(tokenizer: SpecifiedTokenizer, pairs: Pairs): Int32Array {
  const { texts } = pairs
  const keys = new Int32Array(texts.length)
  /** The first texts of different tokens and equal hash. */
  const firstsOf = new Map<number, number[]>()
  let count = 0
  for (const [index, text] of texts.entries()) {
    const encoding = tokenizer.encode(text)
    if (encoding.ids.length === 0) throw withoutToken(pairs, index)
    const hash = hashOf(encoding)
    const firsts = firstsOf.get(hash)
    const known = firsts?.find(first => areEqual(encoding, tokenizer.encode(texts[first])))
    keys[index] = known === undefined ? count++ : keys[known]
    if (known !== undefined) continue
    if (firsts === undefined) firstsOf.set(hash, [index])
    else firsts.push(index)
  }
  return keys
}

function withoutToken({ texts, textOf, captionsOf, placeOf }: Pairs, index: number): ChiaroError {
  const row = captionsOf?.findIndex(of => Array.from(of).includes(index)) ?? textOf.indexOf(index)
  const place = placeOf?.(row) ?? `row ${row + 1}`
  return noToken('a caption', place, texts[index])
}

/** FNV-1a of the ids. */
function hashOf({ ids }: Encoding): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < ids.length; i++) hash = Math.imul(hash ^ ids[i], 0x01000193)
  return hash
}

function areEqual(a: Encoding, b: Encoding): boolean {
  return sameNumbers(a.ids, b.ids) && sameNumbers(a.weights ?? [], b.weights ?? [])
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
