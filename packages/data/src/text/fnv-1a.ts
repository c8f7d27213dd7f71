const offsetBasis = 0x811c9dc5
const prime = 0x01000193

const utf8 = new TextEncoder()

/**
 * FNV-1a, 32 bit, over the UTF-8 bytes of `text`: h ← (h xor byte) · 16777619 mod 2³² from the offset basis
 * 2166136261 xor seed. Seed 0 is the published hash.
 *
 * @see Fowler, Noll, Vo, Eastlake, The FNV Non-Cryptographic Hash Algorithm, RFC 9923
 */
export function fnv1a(text: string, seed = 0): number {
  let hash = (offsetBasis ^ seed) >>> 0
  for (const byte of utf8.encode(text)) hash = Math.imul(hash ^ byte, prime) >>> 0
  return hash
}
