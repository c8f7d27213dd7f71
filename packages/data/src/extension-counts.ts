/**
 * How many files there are of each extension, the most first: "3 .heic, 1 .txt, 2 without an extension". For the files
 * that a list of pictures passed by.
 */
export function extensionCounts(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) {
    const [, extension = ''] = /[^/](\.[^./]+)$/.exec(name) ?? []
    counts.set(extension.toLowerCase(), (counts.get(extension.toLowerCase()) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, m], [b, n]) => Number(a === '') - Number(b === '') || n - m || (a < b ? -1 : 1))
    .map(([extension, count]) => `${count} ${extension || 'without an extension'}`)
    .join(', ')
}
