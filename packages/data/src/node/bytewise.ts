/** Names in the order of their UTF-8 bytes: the same on every system. */
export function bytewise(names: readonly string[]): string[] {
  const sorted = names.map(name => ({ name, bytes: Buffer.from(name) }))
  return sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ name }) => name)
}
