/** Letters, marks and digits of any script, joined by single hyphens: "light-haired" is one word. */
const word = /[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)*/gu

/** The words of a text in their order, in composed form (NFC); all else only separates them. */
export function splitWords(
  text: string,
  { lowercase = true }: { readonly lowercase?: boolean } = {},
): string[] {
  const composed = text.normalize('NFC')
  return (lowercase ? composed.toLowerCase() : composed).match(word) ?? []
}
