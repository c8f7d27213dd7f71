import { describe, expect, it } from 'vitest'
import { layerProblems } from '../layer-problems.mjs'
import { manifest, planted } from './planted.ts'

/** A workspace that keeps the rules. */
const sound: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ devDependencies: { vitest: '*' } }),
  'packages/ops/package.json': manifest('@chiaro/ops', ['.']),
  'packages/ops/src/index.ts': "export { a } from './a.ts'\n",
  'packages/ops/src/a.ts': "// import '@chiaro/data'\nexport const a = \"import('@chiaro/data')\"\n",
  'packages/backend-wasm/package.json': manifest('@chiaro/backend-wasm', ['.'], '@chiaro/ops'),
  'packages/backend/package.json': manifest('@chiaro/backend', ['.'], '@chiaro/backend-wasm'),
  'packages/backend/src/index.ts': "export const load = () => import('@chiaro/backend-wasm')\n",
  'packages/objectives/package.json': manifest(
    '@chiaro/objectives',
    ['.'],
    '@chiaro/ops',
    '@chiaro/backend-wasm',
  ),
  'packages/data/package.json': manifest('@chiaro/data', ['.', './node'], '@chiaro/ops', '@chiaro/test-kit'),
  'packages/data/src/index.ts': "import { a } from '@chiaro/ops'\nexport { a }\n",
  'packages/data/src/index.test.ts': "import { it } from 'vitest'\nimport '@chiaro/test-kit/oracles/x'\n",
  'packages/cli/package.json': manifest('chiaro', ['.'], '@chiaro/ops', '@chiaro/data'),
  'packages/cli/src/index.ts': "import { b } from '@chiaro/data/node'\nexport { b }\n",
  'apps/demo/package.json': manifest('@chiaro/demo', [], '@chiaro/ops', '@chiaro/backend-wasm', 'chiaro'),
  'apps/demo/src/main.ts': "import 'chiaro'\nimport { a } from '@chiaro/ops'\nexport { a }\n",
  'apps/emoji/package.json': manifest('@chiaro/emoji', ['.'], '@chiaro/demo'),
  'tooling/test-kit/package.json': manifest('@chiaro/test-kit', ['.', './oracles/*'], '@chiaro/ops'),
  'tooling/test-kit/src/backends.ts': "await import('../../../packages/backend-wasm/src/index.ts')\n",
  'tooling/bench/package.json': manifest('@chiaro/bench', [], '@chiaro/backend-wasm'),
  'tooling/bench/bench.mjs': "import '@chiaro/backend-wasm'\n",
  'tooling/experiments/package.json': manifest(
    '@chiaro/experiments',
    [],
    '@chiaro/ops',
    '@chiaro/backend-wasm',
  ),
}

const check = (files: Readonly<Record<string, string>> = {}): string[] =>
  layerProblems(planted({ ...sound, ...files })).problems

describe('the check of layers', () => {
  it('accepts a workspace that keeps the rules, comments and strings notwithstanding', () => {
    expect(check()).toEqual([])
  })

  it.each([
    ['upwards', 'packages/ops/src/b.ts', "import '@chiaro/data'", 'ops may not import data'],
    ['upwards by an entry', 'packages/ops/src/b.ts', "import '@chiaro/data/node'", 'ops may not import data'],
    [
      'types from above',
      'packages/ops/src/b.ts',
      "import type { A } from '@chiaro/data'",
      'ops may not import',
    ],
    [
      'types from above in passing',
      'packages/ops/src/b.ts',
      "export type B = import('@chiaro/data').A",
      'ops may not import data',
    ],
    ['itself by name', 'packages/ops/src/b.ts', "import '@chiaro/ops'", 'does not import itself'],
    ['into src', 'packages/data/src/b.ts', "import '@chiaro/ops/src/a.ts'", 'not among the exports of ops'],
    [
      'into dist',
      'packages/cli/src/b.ts',
      "import '@chiaro/data/dist/x.js'",
      'not among the exports of data',
    ],
    ['into src, in an app', 'apps/demo/src/b.ts', "import '@chiaro/ops/src/a.ts'", 'not among the exports'],
    ['into src, in tooling', 'tooling/bench/b.mjs', "import '@chiaro/ops/src/a.ts'", 'not among the exports'],
    ['across by a path', 'packages/data/src/b.ts', "import '../../ops/src/a.ts'", 'leaves its package'],
    ['across in a test', 'packages/data/src/b.test.ts', "import '../../ops/src/a.ts'", 'leaves its package'],
    ['a package by a path', 'apps/demo/check/b.mjs', "import '../../../packages/ops/src/a.ts'", 'leaves its'],
    [
      'another app by a path',
      'apps/emoji/src/b.ts',
      "export { a } from '../../demo/src/main.ts'",
      'leaves its',
    ],
    ['an app from a package', 'packages/data/src/b.ts', "import '@chiaro/emoji'", "nobody's to import"],
    ['what an app does not export', 'apps/emoji/src/b.ts', "import '@chiaro/demo'", 'not among the exports'],
    ['tooling from an app', 'apps/demo/src/b.ts', "import '@chiaro/pack'", 'unknown package'],
    ['an unknown package', 'packages/data/src/b.ts', "import '@chiaro/nothing'", 'unknown package'],
    ['what is not declared', 'packages/data/src/b.ts', "import 'sharp'", 'sharp is not a dependency of data'],
    [
      'what only tests may',
      'packages/data/src/b.ts',
      "import 'vitest'",
      'vitest is not a dependency of data',
    ],
    ['the test-kit', 'packages/data/src/b.ts', "import '@chiaro/test-kit'", 'test-kit is for tests'],
    ['what an app lacks', 'apps/demo/check/b.mjs', "import 'sharp'", 'sharp is not a dependency of demo'],
    ['kernels', 'packages/objectives/src/b.ts', "import '@chiaro/backend-wasm'", 'only backend does'],
    ['kernels later', 'packages/objectives/src/b.ts', "await import('@chiaro/backend-wasm')", 'only backend'],
    ['kernels in an app', 'apps/demo/src/b.ts', "import '@chiaro/backend-wasm'", 'only backend does'],
    ['kernels in tooling', 'tooling/experiments/b.mjs', "import '@chiaro/backend-wasm'", 'only backend does'],
    ['kernels at once', 'packages/backend/src/b.ts', "import '@chiaro/backend-wasm'", 'only be imported dyn'],
    ['all names', 'packages/ops/src/b.ts', "export * from './a.ts'", 'list the names'],
    ['all names as one', 'packages/ops/src/b.ts', "export * as all from './a.ts'", 'list the names'],
  ])('refuses a file that imports %s', (_, path, text, problem) => {
    const problems = check({ [path]: `${text}\n` })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`${path}: `)
    expect(problems[0]).toContain(problem)
  })

  it('refuses a package beside, and allows it in a test', () => {
    const train = { 'packages/train/package.json': manifest('@chiaro/train', ['.'], '@chiaro/data') }
    expect(check({ ...train, 'packages/train/src/a.ts': "import '@chiaro/data'\n" })).toHaveLength(1)
    expect(check({ ...train, 'packages/train/src/a.test.ts': "import '@chiaro/data'\n" })).toEqual([])
  })

  it('refuses a package that is in no row', () => {
    expect(check({ 'packages/utils/package.json': manifest('@chiaro/utils', ['.']) })).toEqual([
      'packages/utils is in no layer: add it to tooling/checks/rows.mjs',
    ])
  })

  it.each(['packages/ops/src', 'apps/demo/src', 'tooling/bench'])(
    'refuses a circle of files in %s',
    folder => {
      const circle = (back: string) => ({
        [`${folder}/b.ts`]: "import { c } from './c.ts'\nexport const b = c\n",
        [`${folder}/c.ts`]: "export { d } from './d.ts'\nexport const c = 1\n",
        [`${folder}/d.ts`]: `${back}\nexport const d = 1\n`,
      })
      const files = ['b', 'c', 'd', 'b'].map(name => `${folder}/${name}.ts`).join(' → ')
      expect(check(circle("import { b } from './b.ts'"))).toEqual([`import cycle: ${files}`])
      // Only the names are types: the module is loaded all the same.
      expect(check(circle("import { type B } from './b.ts'"))).toEqual([`import cycle: ${files}`])
      expect(check(circle("import type { B } from './b.ts'"))).toEqual([])
      expect(check(circle("export const later = () => import('./b.ts')"))).toEqual([])
    },
  )
})
