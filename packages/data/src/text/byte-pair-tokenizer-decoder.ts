import { rangeError } from '@chiaro/core'
import { byteCharacters, wordEnd } from './byte-pair-tokenizer-files.ts'

/** From ids back to text: bytes of the tokens, a space where a word ends, nothing for the ids in `silent`. */
export function decoder(
  ids: ReadonlyMap<string, number>,
  silent: readonly number[],
): (ids: ArrayLike<number>) => string {
  const tokenOf = new Map([...ids].map(([token, id]) => [id, token]))
  const byteOf = new Map(byteCharacters.map((character, byte) => [character, byte]))
  return encoded => {
    const bytes: number[] = []
    for (const id of Array.from(encoded)) {
      const token = tokenOf.get(id)
      if (token === undefined) throw rangeError('decode', 'ids', 'ids of the vocabulary', String(id))
      if (silent.includes(id)) continue
      const ends = token.endsWith(wordEnd)
      for (const character of ends ? token.slice(0, -wordEnd.length) : token) {
        // A vocabulary may hold tokens that no merge makes.
        const byte = byteOf.get(character)
        if (byte !== undefined) bytes.push(byte)
      }
      if (ends) bytes.push(32)
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
  }
}
