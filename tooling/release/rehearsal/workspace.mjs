import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageFolders } from '@chiaro/pack'

/** Copies what git knows of a workspace and what it does not ignore, with the packages' builds. */
export function copyWorkspace(root, target) {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const builds = packageFolders(root).flatMap(folder => [`${folder}/dist`, `${folder}/src/generated`])
  for (const path of [...listed.split('\0'), ...builds]) {
    if (path === '' || !existsSync(join(root, path))) continue
    mkdirSync(dirname(join(target, path)), { recursive: true })
    cpSync(join(root, path), join(target, path), { recursive: true })
  }
}

/** A change that somebody describes: how far packages move by it. */
export function describeChange(workspace, name, bumps) {
  const lines = Object.entries(bumps).map(([name, bump]) => `"${name}": ${bump}\n`)
  writeFileSync(
    join(workspace, '.changeset', `${name}.md`),
    `---\n${lines.join('')}---\n\nRehearsed: ${name}.\n`,
  )
}

/** Versions of our packages that a project has installed, by where they lie. */
export function installedIn(folder) {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  return Object.fromEntries(
    Object.entries(packages)
      .filter(([place]) => /node_modules\/(@chiaro\/[^/]+|chiaro)$/.test(place))
      .map(([place, { version }]) => [place, version]),
  )
}
