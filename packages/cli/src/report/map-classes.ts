import type { Labels } from '../data/labels.ts'
import type { NamedPictures } from '../data/open-pictures.ts'

/** What colours the points of a map. */
export interface MapClasses {
  /** [points] */
  readonly ofPoint: readonly string[]
  /** Those there are, in the order of the legend. */
  readonly domain: readonly string[]
  /** In a sentence. */
  readonly says: string
}

/** Colours that are told apart; the last is grey. */
const mostColours = 10

/**
 * The classes of the chosen pictures: `labels` where they were asked for, else what shards say, else the first
 * sub-folders. Of more classes than colours the largest keep one each, and the others share the grey.
 *
 * @returns undefined where there are not two classes
 */
export function mapClasses(
  { names, labels, classNames }: Pick<NamedPictures, 'names' | 'labels' | 'classNames'>,
  asked: Labels | undefined,
  chosen: Int32Array,
): MapClasses | undefined {
  const folders = names.map(folderOf)
  const [what, classOf]: [string, (row: number) => string] =
    asked !== undefined
      ? ['classes', row => asked.classNames[asked.labels[row]]]
      : labels !== undefined
        ? ['classes', row => classNames?.[labels[row]] ?? String(labels[row])]
        : ['sub-folders', row => folders[row] ?? '(in none)']
  if (asked === undefined && labels === undefined && new Set(folders.filter(Boolean)).size < 2) {
    return undefined
  }
  const all = Array.from(chosen, classOf)
  const counts = new Map<string, number>()
  for (const name of all) counts.set(name, (counts.get(name) ?? 0) + 1)
  const bySize = [...counts].sort(([a, m], [b, n]) => n - m || inOrder(a, b)).map(([name]) => name)
  if (bySize.length < 2) return undefined
  if (bySize.length <= mostColours) {
    return { ofPoint: all, domain: bySize.sort(inOrder), says: `Colours: their ${what}.` }
  }
  const kept = bySize.slice(0, mostColours - 1)
  const rest = bySize.length - kept.length
  const others = `${rest} others`
  return {
    ofPoint: all.map(name => (kept.includes(name) ? name : others)),
    domain: [...kept.sort(inOrder), others],
    says: `Colours: the largest ${kept.length} of ${bySize.length} ${what}; the other ${rest} are grey.`,
  }
}

/** The first sub-folder of a picture's name. */
function folderOf(name: string): string | undefined {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : undefined
}

/** Numbers by their size, names by their letters. */
const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
