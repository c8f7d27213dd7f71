/**
 * How many files there are of each extension, the most first: "3 .heic, 1 .txt, 2 without an extension, 1 hidden". For the
 * files that a list of pictures passed by.
 *
 * @see `describeOthers` for an example
 */
export function extensionCounts(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) {
    const kind = kindOf(name)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, m], [b, n]) => last.indexOf(a) - last.indexOf(b) || n - m || (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
}

/**
 * Files that a list of pictures passed by, in words: "3 files that are no pictures (2 .heic, 1 .txt)".
 *
 * @example
 * ```ts
 * import { describeOthers } from '@chiaro/data'
 *
 * console.log(describeOthers(['a.heic', 'b.heic', 'notes.txt'])) // 3 files that are no pictures (2 .heic, 1 .txt)
 * ```
 */
export function describeOthers(names: readonly string[]): string {
  const files =
    names.length === 1 ? '1 file that is no picture' : `${names.length} files that are no pictures`
  return `${files} (${extensionCounts(names)})`
}

const [without, hidden] = ['without an extension', 'hidden']
/** What comes behind the extensions. */
const last = [without, hidden]

function kindOf(name: string): string {
  if (isHidden(name)) return hidden
  return /[^/](\.[^./]+)$/.exec(name)?.[1].toLowerCase() ?? without
}

/** Whether a path has a part that begins with a dot: what systems and programs keep beside pictures. */
export const isHidden = (name: string): boolean => /(^|\/)\./.test(name)
