import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { absoluteLinks } from '../absolute-links.mjs'
import { publishedManifest } from '../published-manifest.mjs'
import { stage } from '../stage.mjs'

const repository = 'https://host.test/project'

describe('the manifest of a tarball', () => {
  const workspace = { repository, versions: { '@chiaro/core': '0.3.1' }, catalog: { lib: '4.22.0' } }
  const published = (manifest: object) => publishedManifest(manifest, 'packages/a', workspace)

  it('has ranges that npm knows', () => {
    const { dependencies, peerDependencies } = published({
      dependencies: { '@chiaro/core': 'workspace:^', lib: 'catalog:', other: '1.2.3' },
      peerDependencies: { '@chiaro/core': 'workspace:*', lib: '~4.22.0' },
    })
    expect(dependencies).toEqual({ '@chiaro/core': '^0.3.1', lib: '4.22.0', other: '1.2.3' })
    expect(peerDependencies).toEqual({ '@chiaro/core': '0.3.1', lib: '~4.22.0' })
  })

  it('has entries that are built, under whichever conditions, and itself', () => {
    const platform = { '@chiaro/source': { node: './src/n.ts' }, node: './dist/n.js', default: './dist/b.js' }
    const { exports, imports, sideEffects } = published({
      exports: { '.': { '@chiaro/source': './src/index.ts', types: './dist/index.d.ts' } },
      imports: { '#platform': platform },
      sideEffects: ['./src/index.ts', './dist/index.js'],
    })
    expect(exports).toEqual({ '.': { types: './dist/index.d.ts' }, './package.json': './package.json' })
    expect(imports).toEqual({ '#platform': { node: './dist/n.js', default: './dist/b.js' } })
    expect(sideEffects).toEqual(['./dist/index.js'])
    expect(published({ sideEffects: false }).sideEffects).toBe(false)
  })

  it('says where the project lives, and runs and needs nothing of the workspace', () => {
    expect(published({ name: 'a', scripts: { prepack: 'x' }, devDependencies: { b: '1' } })).toEqual({
      name: 'a',
      homepage: `${repository}/tree/main/packages/a#readme`,
      bugs: `${repository}/issues`,
      repository: { type: 'git', url: `git+${repository}.git`, directory: 'packages/a' },
      exports: { './package.json': './package.json' },
      publishConfig: { access: 'public' },
    })
  })
})

it('links of a README go to the repository; code, addresses and places of the page stay', () => {
  const text = '[a](../../docs/notes.md#x) [b](https://b.test) [c](#c)\n```ts\nx[0](y)\n```\n[d](src/d)\n'
  expect(absoluteLinks(text, 'packages/a', repository)).toBe(
    `[a](${repository}/blob/main/docs/notes.md#x) [b](https://b.test) [c](#c)\n` +
      `\`\`\`ts\nx[0](y)\n\`\`\`\n[d](${repository}/blob/main/packages/a/src/d)\n`,
  )
})

describe('a staged package', () => {
  const roots: string[] = []
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
  })
  function workspace(files: Readonly<Record<string, string>>): string {
    const root = mkdtempSync(join(tmpdir(), 'chiaro-stage-'))
    roots.push(root)
    const common = {
      'package.json': JSON.stringify({ repository }),
      'pnpm-workspace.yaml': 'catalog:\n  lib: 1.0.0\n',
      LICENSE: 'licence',
      NOTICE: 'notice',
      'packages/a/package.json': JSON.stringify({ name: 'a', version: '0.1.0' }),
      'packages/a/README.md': '[b](../b)\n',
    }
    for (const [path, text] of Object.entries({ ...common, ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return root
  }

  it('has the build with its sources, papers and changelog; no test, and nothing of a source that is gone', () => {
    const root = workspace({
      'packages/a/src/index.ts': 'index',
      'packages/a/src/index.test.ts': 'test',
      'packages/a/dist/index.js': 'built',
      'packages/a/dist/index.d.ts.map': 'map',
      'packages/a/dist/gone.js': 'old',
      'packages/a/dist/data.wasm': 'data',
      'packages/a/CHANGELOG.md': '[b](../b/CHANGELOG.md)\n',
    })
    const target = join(root, 'staged')
    stage(root, 'packages/a', target)
    const there = (path: string) => existsSync(join(target, path))
    const wanted = ['dist/index.js', 'dist/index.d.ts.map', 'dist/data.wasm', 'src/index.ts', 'CHANGELOG.md']
    expect(wanted.filter(path => !there(path))).toEqual([])
    expect(['dist/gone.js', 'src/index.test.ts'].filter(there)).toEqual([])
    expect(readFileSync(join(target, 'NOTICE'), 'utf8')).toBe('notice')
    expect(readFileSync(join(target, 'LICENSE'), 'utf8')).toBe('licence')
    expect(readFileSync(join(target, 'README.md'), 'utf8')).toBe(`[b](${repository}/blob/main/packages/b)\n`)
    const changelog = `[b](${repository}/blob/main/packages/b/CHANGELOG.md)\n`
    expect(readFileSync(join(target, 'CHANGELOG.md'), 'utf8')).toBe(changelog)
  })

  it('that is not built is refused', () => {
    const root = workspace({ 'packages/a/src/index.ts': 'index' })
    expect(() => stage(root, 'packages/a', join(root, 'staged'))).toThrow('packages/a is not built')
  })
})

it('the sources’ folder is not packed by itself', () => {
  const refuse = fileURLToPath(new URL('../refuse.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [refuse], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain('npm run pack')
})
