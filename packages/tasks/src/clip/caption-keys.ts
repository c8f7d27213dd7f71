import { ChiaroError } from '@chiaro/core'
import type { SpecifiedTokenizer } from '@chiaro/data'
import type { Pairs } from './pairs.ts'

/**
 * Which captions are one to the text tower: [texts] equal numbers have equal tokens ("A red heart", "a red heart!"), and
 * are never negatives of each other.
 *
 * @throws ChiaroError ('data') for a caption without any token, which says where it stands
 */
export function captionKeys(
  tokenizer: SpecifiedTokenizer,
  { texts, textOf, captionsOf, placeOf }: Pairs,
): Int32Array {
  const keyOf = new Map<string, number>()
  return Int32Array.from(texts, (text, index) => {
    const { ids, weights = [] } = tokenizer.encode(text)
    if (ids.length === 0) {
      const row = captionsOf?.findIndex(of => Array.from(of).includes(index)) ?? textOf.indexOf(index)
      const place = placeOf?.(row) ?? `row ${row + 1}`
      const message = `${place}: a caption must have a word that the tokenizer knows, got ${JSON.stringify(text)}`
      throw new ChiaroError('data', message, 'texts')
    }
    const bag = JSON.stringify([Array.from(ids), Array.from(weights)])
    const known = keyOf.get(bag)
    if (known !== undefined) return known
    keyOf.set(bag, keyOf.size)
    return keyOf.size - 1
  })
}
