import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { filesUnder } from './files.mjs'
import { manifestOf } from './imports.mjs'

/** The files that entries name, through conditions that nest. */
function targetsOf(entries) {
  if (typeof entries === 'string') return [entries]
  return Object.values(entries ?? {}).flatMap(targetsOf)
}

const wanted = {
  description: value => typeof value === 'string',
  keywords: value => value?.length > 0,
  license: value => value === 'Apache-2.0',
  homepage: value => /^https:\/\//.test(value),
  bugs: value => /^https:\/\//.test(value),
  repository: value => /^git\+https:\/\//.test(value?.url) && value.directory?.startsWith('packages/'),
  type: value => value === 'module',
  sideEffects: value => value === false || Array.isArray(value),
  engines: value => value?.node !== undefined,
}

/** What a source map says that is not there: its sources must lie in the package. */
function mapProblems(folder, file) {
  const at = relative(folder, file)
  const url = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(file, 'utf8'))?.[1]
  if (url === undefined) return [`${at} has no source map`]
  const map = join(dirname(file), url)
  if (!existsSync(map)) return [`${at} names a map that is not there`]
  const { sources, sourceRoot = '' } = JSON.parse(readFileSync(map, 'utf8'))
  return sources
    .filter(source => !existsSync(join(dirname(map), sourceRoot, source)))
    .map(source => `${at}: its map names ${source}, which is not there`)
}

/** What is missing or wrong in an unpacked tarball of ours, a sentence each. */
export function manifestProblems(folder) {
  const manifest = manifestOf(folder)
  const problems = Object.entries(wanted)
    .filter(([field, right]) => !right(manifest[field]))
    .map(([field]) => `its ${field} is ${JSON.stringify(manifest[field])}`)
  if (manifest.exports?.['./package.json'] === undefined) problems.push('./package.json is not exported')
  if (manifest.scripts !== undefined) problems.push('it has scripts, which an install may run')
  if (/"(workspace|catalog):|@chiaro\/source/.test(JSON.stringify(manifest)))
    problems.push('its manifest speaks of the workspace')
  for (const peer of Object.keys(manifest.peerDependenciesMeta ?? {}))
    if (manifest.peerDependencies?.[peer] === undefined) problems.push(`${peer} is optional but no peer`)

  const sideEffects = Array.isArray(manifest.sideEffects) ? manifest.sideEffects : []
  const named = [manifest.exports, manifest.imports, manifest.bin, sideEffects].flatMap(targetsOf)
  for (const path of [...new Set(named), 'LICENSE', 'NOTICE', 'README.md'])
    if (path.startsWith('./') || !path.includes('/'))
      if (!existsSync(join(folder, path))) problems.push(`${path} is not in it`)

  if (existsSync(join(folder, 'dist'))) {
    const built = [...filesUnder(folder, /\.(js|d\.ts)$/, path => !path.endsWith('bin'), [])]
    problems.push(...built.flatMap(file => mapProblems(folder, file)))
  }
  if (existsSync(join(folder, 'README.md'))) {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
    for (const [, link] of readme.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g))
      problems.push(`README.md links to ${link}, which is a file of the repository`)
  }
  return problems.map(problem => `${manifest.name}: ${problem}`)
}
