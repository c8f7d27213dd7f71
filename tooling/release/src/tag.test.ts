import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { publishedCommit } from '../git.mjs'
import { tagPublished } from '../tag.mjs'

const scratch = mkdtempSync(join(tmpdir(), 'chiaro-tags-'))
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

/** Git as nobody in particular has it set up. */
const who = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
const name = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
}
const env = {
  ...process.env,
  ...who,
  ...name,
  PATH: `${join(scratch, 'bin')}${delimiter}${process.env.PATH}`,
}
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

/** A registry that has the commits of some versions, as `npm view` says it. */
function registryOf(versions: Readonly<Record<string, string>>): void {
  const npm = join(scratch, 'bin/npm')
  mkdirSync(join(scratch, 'bin'), { recursive: true })
  writeFileSync(
    npm,
    `#!${process.execPath}
const [, what, field] = process.argv.slice(2)
const commit = ${JSON.stringify(versions)}[what]
if (commit === undefined) {
  console.error('npm error code E404')
  process.exit(1)
}
console.log(JSON.stringify(field === 'version' ? what.split('@').at(-1) : commit))
`,
  )
  chmodSync(npm, 0o755)
}

function version(folder: string, packages: Readonly<Record<string, string>>): string {
  for (const [name, version] of Object.entries(packages)) {
    mkdirSync(join(folder, 'packages', name), { recursive: true })
    writeFileSync(
      join(folder, 'packages', name, 'package.json'),
      JSON.stringify({ name: `@a/${name}`, version }),
    )
  }
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', 'versions')
  git(folder, 'push', '--quiet', 'origin', 'HEAD:main')
  return git(folder, 'rev-parse', 'HEAD')
}

it.skipIf(process.platform === 'win32')(
  'a version that the registry has is tagged where it was published from, once, in a shallow clone too',
  async () => {
    const [remote, first, clone] = ['remote', 'first', 'clone'].map(part => join(scratch, part))
    git(scratch, 'init', '--quiet', '--bare', '--initial-branch=main', remote)
    git(scratch, 'init', '--quiet', first)
    git(first, 'remote', 'add', 'origin', remote)
    const before = version(first, { one: '0.1.0', two: '0.1.0', three: '0.2.0-canary.1' })
    const after = version(first, { two: '0.2.0' })
    // What waits to be published, and a canary.
    registryOf({ '@a/one@0.1.0': before, '@a/three@0.2.0-canary.1': after })
    git(scratch, 'clone', '--quiet', '--depth=1', `file://${remote}`, clone)

    expect(await tagPublished({ root: clone, env })).toEqual(['@a/one@0.1.0'])
    expect(git(remote, 'cat-file', '-t', '@a/one@0.1.0')).toBe('tag')
    expect(git(remote, 'rev-parse', '@a/one@0.1.0^{commit}')).toBe(before)
    expect(await tagPublished({ root: clone, env })).toEqual([])

    expect(publishedCommit(clone, { release: true })).toBe(after)
    writeFileSync(join(clone, 'packages/one/package.json'), '{}')
    expect(() => publishedCommit(clone, { release: true })).toThrow('packages/one/package.json')
    expect(publishedCommit(clone, { release: false })).toBe(after)
  },
)
