import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { foldersOf, manifestOf } from './imports.mjs'

/** Where a package that another asks for is installed, as Node finds it; undefined where it is not. */
function installed(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return realpathSync(place)
    if (dirname(at) === at) return undefined
  }
}

/** What a manifest has its users install. */
const asked = ({ dependencies, optionalDependencies, peerDependencies }) =>
  Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })

/**
 * Everything that users of packages/ install with them and that is not ours, by name: { path, manifest, for } each, `for` the
 * folders of packages/ that bring it. What is not installed here, another platform's binary for instance, is left out.
 */
export function shippedPackages(root) {
  const found = new Map()
  for (const { name: folder, path, manifest } of foldersOf(root).filter(({ kind }) => kind === 'packages')) {
    const rest = [{ path, manifest }]
    const seen = new Set()
    for (let at = rest.pop(); at !== undefined; at = rest.pop()) {
      for (const name of asked(at.manifest)) {
        const place = installed(name, at.path)
        if (place === undefined || seen.has(place) || /^(@chiaro\/.+|chiaro)$/.test(name)) continue
        seen.add(place)
        const one = found.get(name) ?? { path: place, manifest: manifestOf(place), for: [] }
        found.set(name, { ...one, for: [...new Set([...one.for, folder])] })
        rest.push(one)
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => ({ name, ...one }))
}
