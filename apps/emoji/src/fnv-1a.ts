/** FNV-1a, 32 bit, over the UTF-8 bytes of `text`: the splits' hash, the same in every language. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
