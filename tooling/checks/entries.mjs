import { existsSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { foldersOf, importsOf, manifestOf } from './imports.mjs'

/** The entries of packages/ by their public names, each with its source file. */
export function entriesOf(root) {
  return foldersOf(root)
    .filter(({ kind }) => kind === 'packages')
    .flatMap(({ path, manifest }) =>
      Object.entries(manifest.exports ?? {})
        .filter(([, conditions]) => conditions['@chiaro/source'])
        .map(([entry, conditions]) => ({
          name: manifest.name + entry.slice(1),
          file: join(path, conditions['@chiaro/source']),
        })),
    )
}

/** The source that a name of a package's own (`#platform`) stands for in a page. */
function inPage(name, file) {
  const folder = file.slice(0, file.lastIndexOf(`${sep}src${sep}`))
  return join(folder, manifestOf(folder).imports[name]['@chiaro/source'].default)
}

/** All files of ours that a file loads before itself in a page, itself included, across packages. */
export function loadedWith(file, entries) {
  const byName = new Map(entries.map(entry => [entry.name, entry.file]))
  const loaded = new Set()
  const rest = [file]
  for (let at = rest.pop(); at !== undefined; at = rest.pop()) {
    if (loaded.has(at) || !existsSync(at)) continue
    loaded.add(at)
    for (const { specifier, dynamic, typeOnly } of importsOf(at).imports) {
      if (dynamic || typeOnly) continue
      const next = specifier.startsWith('.')
        ? resolve(dirname(at), specifier)
        : specifier.startsWith('#')
          ? inPage(specifier, at)
          : byName.get(specifier)
      if (next !== undefined) rest.push(next)
    }
  }
  return loaded
}
