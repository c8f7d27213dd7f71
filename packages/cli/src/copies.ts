import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** What there is of a package in a project: where each copy lies, from the project, and its version. */
export interface CopiesOf {
  readonly name: string
  readonly copies: readonly { readonly version: string; readonly path: string }[]
}

/** Ours, and tfjs's engine: two of that share no backend, no kernel and no tensor. */
const watched = /^(@chiaro\/.+|chiaro|@tensorflow\/tfjs-core)$/

/** The folders of a folder, links to folders among them; none where there is no such folder. */
function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name)
  } catch {
    return []
  }
}

/** Where a folder truly lies; undefined where there is none. */
function realPlace(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

/** The packages right in a node_modules, and those of pnpm's store, by name: { name, path } each. */
function* packagesIn(modules: string): Generator<{ name: string; path: string }> {
  for (const name of foldersIn(modules)) {
    const path = join(modules, name)
    if (name === '.pnpm') {
      for (const stored of foldersIn(path)) yield* packagesIn(join(path, stored, 'node_modules'))
    } else if (name.startsWith('@')) {
      for (const scoped of foldersIn(path)) yield { name: `${name}/${scoped}`, path: join(path, scoped) }
    } else if (!name.startsWith('.')) yield { name, path }
  }
}

/** The folder and those around it, the nearest first. */
function* upwards(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at
    if (dirname(at) === at) return
  }
}

/**
 * Our packages, and tfjs's core, that can be loaded from a folder: those in its node_modules, in the ones around it and in
 * the ones within. Each package of the tree is looked into once, by however many links it is reached.
 */
export function copiesIn(folder: string): CopiesOf[] {
  const found = new Map<string, Map<string, string>>()
  const seen = new Set<string>()
  function look(modules: string): void {
    for (const { name, path } of packagesIn(modules)) {
      const place = realPlace(path)
      if (place === undefined || seen.has(place)) continue
      seen.add(place)
      if (watched.test(name)) {
        const copies = found.get(name) ?? new Map<string, string>()
        found.set(name, copies.set(place, versionOf(place)))
      }
      look(join(place, 'node_modules'))
    }
  }
  for (const at of upwards(folder)) look(join(at, 'node_modules'))
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, copies]) => ({
      name,
      copies: [...copies].map(([place, version]) => ({ version, path: relative(folder, place) || '.' })),
    }))
}

function versionOf(folder: string): string {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string }
    return version ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
