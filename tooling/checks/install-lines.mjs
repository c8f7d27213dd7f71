import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What the first line `npm install …` of a page asks for: a version by name, "" where it says none; undefined without such a line. */
export function installLine(markdown) {
  const words = /^npm install (?!-)(.+)$/m.exec(markdown)?.[1].trim().split(/\s+/)
  return (
    words &&
    Object.fromEntries(
      words.map(word => {
        const [, name, version = ''] = /^(@?[^@]+)(?:@(.+))?$/.exec(word)
        return [name, version]
      }),
    )
  )
}

/** The peers that a line forgets, a sentence each: npm would fetch them itself, but no program could import them under pnpm. */
export function forgottenPeers(line, manifests) {
  return Object.keys(line).flatMap(name => {
    const { peerDependencies = {}, peerDependenciesMeta = {} } = manifests[name] ?? {}
    return Object.keys(peerDependencies)
      .filter(peer => !peerDependenciesMeta[peer]?.optional && line[peer] === undefined)
      .map(peer => `${name} needs ${peer} beside it`)
  })
}

/** The manifest of a project that has everything that the lines ask for, ours from tarballs, { path by name }. */
export function projectOfAll(lines, tarballs) {
  const ours = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]))
  const dependencies = { ...Object.assign({}, ...lines), ...ours }
  for (const name of Object.keys(dependencies)) dependencies[name] ||= 'latest'
  return { name: 'all', private: true, type: 'module', dependencies, pnpm: { overrides: ours } }
}

/**
 * An empty project in which exactly the packages of a line can be imported, as pnpm would have it, each with what it
 * declares itself: links into the strict node_modules of a project that has everything.
 */
export function plantProject(folder, line, all) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  for (const name of Object.keys(line)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(all, 'node_modules', name), link, 'junction')
  }
}
