import { expect, it } from 'vitest'
import { manifestProblems } from '../manifest-problems.mjs'
import { planted } from './planted.ts'

const sound = {
  name: 'a',
  description: 'what a is',
  keywords: ['a'],
  license: 'Apache-2.0',
  homepage: 'https://host.test/a',
  bugs: 'https://host.test/issues',
  repository: { url: 'git+https://host.test/a.git', directory: 'packages/a' },
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20' },
  exports: { '.': { types: './dist/a.d.ts', default: './dist/a.js' }, './package.json': './package.json' },
}
const files = {
  LICENSE: '',
  NOTICE: '',
  'README.md': '[a](https://host.test)\n',
  'dist/a.js': 'export {}\n//# sourceMappingURL=a.js.map\n',
  'dist/a.js.map': JSON.stringify({ sources: ['../src/a.ts'] }),
  'dist/a.d.ts': 'export {}\n//# sourceMappingURL=a.js.map\n',
  'src/a.ts': 'export {}\n',
}
const problemsOf = (manifest: object, others: Readonly<Record<string, string>> = {}) =>
  manifestProblems(
    planted({ ...files, ...others, 'package.json': JSON.stringify({ ...sound, ...manifest }) }),
  )

it('a whole tarball has no problem', () => {
  expect(problemsOf({})).toEqual([])
})

it.each([
  [{ homepage: undefined }, {}, 'its homepage is undefined'],
  [{ bugs: undefined }, {}, 'its bugs is undefined'],
  [{ repository: 'host.test' }, {}, 'its repository is "host.test"'],
  [{ keywords: [] }, {}, 'its keywords is []'],
  [{ sideEffects: undefined }, {}, 'its sideEffects is undefined'],
  [{ exports: { '.': './dist/a.js' } }, {}, './package.json is not exported'],
  [{ scripts: { install: 'x' } }, {}, 'it has scripts, which an install may run'],
  [{ dependencies: { b: 'workspace:^' } }, {}, 'its manifest speaks of the workspace'],
  [{ peerDependenciesMeta: { b: { optional: true } } }, {}, 'b is optional but no peer'],
  [{ bin: { a: './bin/a.js' } }, {}, './bin/a.js is not in it'],
  [{ imports: { '#b': { node: './dist/b.js' } } }, {}, './dist/b.js is not in it'],
  [{ sideEffects: ['./dist/c.js'] }, {}, './dist/c.js is not in it'],
  [{}, { 'dist/a.js': 'export {}\n' }, 'dist/a.js has no source map'],
  [{}, { 'dist/a.js': '//# sourceMappingURL=b.js.map\n' }, 'dist/a.js names a map that is not there'],
  [
    {},
    { 'dist/a.js.map': JSON.stringify({ sources: ['../src/b.ts'] }) },
    'dist/a.js: its map names ../src/b.ts, which is not there',
  ],
  [{}, { 'README.md': '[b](../b)\n' }, 'README.md links to ../b, which is a file of the repository'],
])('%j with %j is found', (manifest, others, problem) => {
  expect(problemsOf(manifest, others)).toContain(`a: ${problem}`)
})
