// npm run release:version: what .changeset says becomes versions, changelogs, and the ranges of examples/.
// With --snapshot canary: versions that are published under that tag, without a changelog.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import getReleasePlan from '@changesets/get-release-plan'
import { packageFolders } from '@chiaro/pack'
import { changelogEntry, withEntry } from './changelog.mjs'

const changesets = fileURLToPath(new URL('node_modules/@changesets/cli/bin.js', import.meta.url))
const here = fileURLToPath(new URL('../..', import.meta.url))

const read = path => JSON.parse(readFileSync(path, 'utf8'))

/** Packages by name: { folder, version, dependencies }. */
function packagesOf(root) {
  return Object.fromEntries(
    packageFolders(root).map(folder => {
      const { name, version, dependencies = {} } = read(join(root, folder, 'package.json'))
      return [name, { folder, version, dependencies }]
    }),
  )
}

/** Has the examples ask for the versions that are. */
function writeRanges(root, packages) {
  for (const name of readdirSync(join(root, 'examples'))) {
    const path = join(root, 'examples', name, 'package.json')
    if (!existsSync(path)) continue
    const text = readFileSync(path, 'utf8').replace(
      /"(@chiaro\/[^"]+|chiaro)": "\^[^"]+"/g,
      (asked, dependency) =>
        packages[dependency] ? `"${dependency}": "^${packages[dependency].version}"` : asked,
    )
    writeFileSync(path, text)
  }
}

/**
 * Versions a workspace by its changesets, which are gone then.
 *
 * @param root the workspace; it needs no node_modules
 * @param options.snapshot the tag of versions that are no release
 * @returns what moved, { name, type, oldVersion, newVersion } each
 */
export async function versionWorkspace(root, { snapshot } = {}) {
  const plan = await getReleasePlan(root)
  const before = packagesOf(root)
  execFileSync(process.execPath, [changesets, 'version', ...(snapshot ? ['--snapshot', snapshot] : [])], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const packages = packagesOf(root)
  writeRanges(root, packages)
  const moved = plan.releases
    .map(release => ({ ...release, newVersion: packages[release.name]?.version }))
    .filter(({ name, newVersion }) => newVersion !== undefined && newVersion !== before[name].version)
  if (snapshot === undefined)
    for (const { name } of moved) {
      const path = join(root, packages[name].folder, 'CHANGELOG.md')
      const old = existsSync(path) ? readFileSync(path, 'utf8') : ''
      const entry = changelogEntry(name, { releases: moved, changesets: plan.changesets }, packages)
      writeFileSync(path, withEntry(name, old, entry))
    }
  return moved.map(({ name, type, oldVersion, newVersion }) => ({ name, type, oldVersion, newVersion }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { snapshot: { type: 'string' } } })
  const moved = await versionWorkspace(here, values)
  for (const { name, oldVersion, newVersion } of moved) console.log(`${name} ${oldVersion} → ${newVersion}`)
  if (moved.length === 0) console.log('no changeset: nothing to version')
}
