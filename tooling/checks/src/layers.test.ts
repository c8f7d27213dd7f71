import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../layers.mjs', import.meta.url))
const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

/** Three packages that keep the rules; `files` come on top of them. */
const sound: Record<string, string> = {
  'packages/ops/package.json': JSON.stringify({ exports: { '.': './x.js' } }),
  'packages/ops/src/index.ts': "export { a } from './a.ts'\n",
  'packages/ops/src/a.ts': 'export const a = 1\n',
  'packages/data/package.json': JSON.stringify({
    exports: { '.': './x.js', './node': './y.js' },
    dependencies: { '@chiaro/ops': 'workspace:^' },
  }),
  'packages/data/src/index.ts': "import { a } from '@chiaro/ops'\nexport { a }\n",
  'packages/cli/package.json': JSON.stringify({
    exports: { '.': './x.js' },
    dependencies: { '@chiaro/ops': 'workspace:^', '@chiaro/data': 'workspace:^' },
  }),
  'packages/cli/src/index.ts': "import { b } from '@chiaro/data/node'\nexport { b }\n",
}

function check(files: Record<string, string> = {}): { status: number | null; problems: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'chiaro-layers-'))
  roots.push(root)
  for (const [path, text] of Object.entries({ ...sound, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' })
  return { status, problems: stderr.trim().split('\n').slice(0, -1) }
}

describe('the check of layers', () => {
  it('accepts packages that keep the rules, sub-paths included', () => {
    expect(check()).toEqual({ status: 0, problems: [] })
  })

  it.each([
    ['upwards', 'packages/ops/src/a.ts', "import '@chiaro/data'", 'ops may not import data'],
    [
      'upwards by a sub-path',
      'packages/ops/src/a.ts',
      "import '@chiaro/data/node'",
      'ops may not import data',
    ],
    ['into src', 'packages/data/src/b.ts', "import '@chiaro/ops/src/a.ts'", 'not among the exports of ops'],
    [
      'into dist',
      'packages/cli/src/b.ts',
      "import '@chiaro/data/dist/x.js'",
      'not among the exports of data',
    ],
    ['across, by a path', 'packages/data/src/b.ts', "import '../../ops/src/a.ts'", 'leaves its package'],
    ['an unknown package', 'packages/data/src/b.ts', "import '@chiaro/nothing'", 'unknown package'],
    ['what is not declared', 'packages/data/src/b.ts', "import 'sharp'", 'sharp is not a dependency of data'],
    ['all names', 'packages/ops/src/index.ts', "export * from './a.ts'", 'list the names'],
  ])('refuses a file that imports %s', (_, path, text, problem) => {
    const { status, problems } = check({ [path]: `${text}\n` })
    expect(status).toBe(1)
    expect(problems.join('\n')).toContain(problem)
  })

  it('refuses a package beside, and allows it in a test', () => {
    const train = { 'packages/train/package.json': JSON.stringify({ dependencies: { '@chiaro/data': '*' } }) }
    expect(check({ ...train, 'packages/train/src/a.ts': "import '@chiaro/data'\n" }).problems).toHaveLength(1)
    expect(check({ ...train, 'packages/train/src/a.test.ts': "import '@chiaro/data'\n" }).status).toBe(0)
  })

  it('refuses a circle of files, and allows one of types', () => {
    const back = (kind: string) => ({
      'packages/ops/src/a.ts': "import { b } from './b.ts'\nexport const a = b\n",
      'packages/ops/src/b.ts': `import ${kind}{ a } from './a.ts'\nexport const b = 1\n`,
    })
    expect(check(back('')).problems[0]).toContain('import cycle')
    expect(check(back('type ')).status).toBe(0)
  })
})
