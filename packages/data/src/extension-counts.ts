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

/** Files that a list of pictures passed by, in words: "3 files that are no pictures (2 .heic, 1 .txt)". */
export function describeOthers(names: readonly string[]): string {
  const files =
    names.length === 1 ? '1 file that is no picture' : `${names.length} files that are no pictures`
  return `${files} (${extensionCounts(names)})`
}
