import type { Labels } from './labels.ts'

/** Classes by their names, in the order of these. */
export function namedClasses(names: readonly string[]): Labels {
  const classNames = [...new Set(names)].sort()
  const places = new Map(classNames.map((one, i) => [one, i]))
  return { labels: Int32Array.from(names, name => places.get(name) ?? 0), classNames }
}
