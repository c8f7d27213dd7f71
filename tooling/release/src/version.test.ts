import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFolders } from '@chiaro/pack'
import { afterEach, expect, it } from 'vitest'
import { versionWorkspace } from '../version.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const roots: string[] = []
afterEach(() => {
  for (const folder of roots.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** The manifests of this very workspace, with one changeset. */
function workspace(changeset: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'chiaro-versions-'))
  roots.push(folder)
  const manifests = ['packages', 'apps', 'tooling', 'examples'].flatMap(kind =>
    readdirSync(join(root, kind)).map(name => `${kind}/${name}/package.json`),
  )
  for (const path of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json', ...manifests]) {
    if (!existsSync(join(root, path))) continue
    mkdirSync(join(folder, path, '..'), { recursive: true })
    cpSync(join(root, path), join(folder, path))
  }
  writeFileSync(join(folder, 'pnpm-lock.yaml'), '')
  writeFileSync(join(folder, '.changeset/one.md'), changeset)
  return folder
}
const movedBy = async (folder: string) =>
  Object.fromEntries((await versionWorkspace(folder)).map(({ name, type }) => [name, type]))

it('a patch of ops moves ops alone, and the examples keep what they ask for of others', async () => {
  const folder = workspace('---\n"@chiaro/ops": patch\n---\n\nA slip.\n')
  expect(await movedBy(folder)).toEqual({ '@chiaro/ops': 'patch' })
  const changelogs = packageFolders(folder).filter(path => existsSync(join(folder, path, 'CHANGELOG.md')))
  expect(changelogs).toEqual(['packages/ops'])
  expect(existsSync(join(folder, '.changeset/one.md'))).toBe(false)
})

it('a minor of core is a patch of those who need it, and of none a major', async () => {
  const folder = workspace('---\n"@chiaro/core": minor\n---\n\nNew. And more.\n')
  const { '@chiaro/core': core, ...others } = await movedBy(folder)
  expect(core).toBe('minor')
  expect(others).toMatchObject({ '@chiaro/ops': 'patch', '@chiaro/train': 'patch', chiaro: 'patch' })
  expect(new Set(Object.values(others))).toEqual(new Set(['patch']))
  const { version } = JSON.parse(readFileSync(join(folder, 'packages/core/package.json'), 'utf8'))
  expect(readFileSync(join(folder, 'packages/ops/CHANGELOG.md'), 'utf8')).toContain(
    `- @chiaro/core ${version}.`,
  )
})

it('the examples ask for the versions that are', async () => {
  const folder = workspace('---\n"@chiaro/random": minor\n---\n\nNew.\n')
  await versionWorkspace(folder)
  const { version } = JSON.parse(readFileSync(join(folder, 'packages/random/package.json'), 'utf8'))
  for (const name of ['node-esm', 'vite-react']) {
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'examples', name, 'package.json'), 'utf8'))
    expect(dependencies['@chiaro/random']).toBe(`^${version}`)
  }
})

it('ranges between our packages are those of the workspace, and none is a peer', () => {
  for (const path of packageFolders(root)) {
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(
      readFileSync(join(root, path, 'package.json'), 'utf8'),
    )
    const ours = Object.entries(dependencies).filter(([name]) => /^(@chiaro\/|chiaro$)/.test(name))
    expect(ours.filter(([, range]) => range !== 'workspace:^')).toEqual([])
    expect(Object.keys(peerDependencies).filter(name => /^(@chiaro\/|chiaro$)/.test(name))).toEqual([])
  }
})
