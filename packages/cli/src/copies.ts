import { readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** What there is of a package in a project: where each copy lies, from the project, and its version. */
export interface CopiesOf {
  readonly name: string
  readonly copies: readonly { readonly version: string; readonly path: string }[]
}

/** Ours, and tfjs's engine: two of that share no backend, no kernel and no tensor. */
const watched = /^(@chiaro\/.+|chiaro|@tensorflow\/tfjs-core)$/

/** The folders of a folder, links to folders among them; none where there is no such folder. */
async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name)
  } catch {
    return []
  }
}

/** The packages right in a node_modules, and those of pnpm's store, by name: { name, path } each. */
async function* packagesIn(modules: string): AsyncGenerator<{ name: string; path: string }> {
  for (const name of await foldersIn(modules)) {
    const path = join(modules, name)
    if (name === '.pnpm') {
      for (const stored of await foldersIn(path)) yield* packagesIn(join(path, stored, 'node_modules'))
    } else if (name.startsWith('@')) {
      for (const scoped of await foldersIn(path))
        yield { name: `${name}/${scoped}`, path: join(path, scoped) }
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
 * the ones within.
 */
export async function copiesIn(folder: string): Promise<CopiesOf[]> {
  const found = new Map<string, Map<string, string>>()
  const seen = new Set<string>()
  async function look(modules: string): Promise<void> {
    const real = await realpath(modules).catch(() => undefined)
    if (real === undefined || seen.has(real)) return
    seen.add(real)
    for await (const { name, path } of packagesIn(real)) {
      const place = await realpath(path).catch(() => undefined)
      if (place === undefined) continue
      if (watched.test(name)) {
        const copies = found.get(name) ?? new Map<string, string>()
        found.set(name, copies.set(place, await versionOf(place)))
      }
      await look(join(place, 'node_modules'))
    }
  }
  for (const at of upwards(folder)) await look(join(at, 'node_modules'))
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, copies]) => ({
      name,
      copies: [...copies].map(([place, version]) => ({ version, path: relative(folder, place) || '.' })),
    }))
}

async function versionOf(folder: string): Promise<string> {
  try {
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version?: string
    }
    return version ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
