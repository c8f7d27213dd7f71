import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageFolders } from '@chiaro/pack'
import { git } from '../git.mjs'

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

/** Makes a repository of a workspace, whose remote is a bare one beside it. */
export function makeRepository(workspace, remote) {
  execFileSync('git', ['init', '--quiet', '--bare', remote])
  git(workspace, ['init', '--quiet', '--initial-branch=main'])
  git(workspace, ['config', 'user.name', 'Rehearsal'])
  git(workspace, ['config', 'user.email', 'rehearsal@example.invalid'])
  git(workspace, ['remote', 'add', 'origin', remote])
}

/** Commits all there is, and pushes it; the commit. */
export function commitAll(workspace, message) {
  git(workspace, ['add', '--all'])
  git(workspace, ['commit', '--quiet', '--message', message])
  git(workspace, ['push', '--quiet', 'origin', 'main'])
  return git(workspace, ['rev-parse', 'HEAD'])
}

/** The annotated tags of a remote, with the commits they stand at. */
export function tagsAt(remote) {
  const format = '%(objecttype) %(refname:strip=2) %(*objectname)'
  const listed = git(remote, ['for-each-ref', `--format=${format}`, 'refs/tags'])
  const tags = listed.split('\n').map(line => line.split(' '))
  return Object.fromEntries(tags.filter(([type]) => type === 'tag').map(([, name, commit]) => [name, commit]))
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
