import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { drawDependencies, licenceProblem } from '../dependencies.mjs'
import { planted } from './planted.ts'

const json = (value: object) => JSON.stringify(value)

it('draws what is installed with the packages, by way of others and as a peer too, but nothing of ours or of tests', () => {
  const root = planted({
    'packages/a/package.json': json({ name: '@chiaro/a', dependencies: { '@chiaro/b': '*', one: '*' } }),
    'packages/b/package.json': json({
      name: '@chiaro/b',
      peerDependencies: { peer: '*' },
      devDependencies: { tested: '*' },
    }),
    // As pnpm lays them: what a package needs lies beside it in the store.
    'store/one/node_modules/one/package.json': json({ license: 'MIT', dependencies: { two: '*' } }),
    'store/one/node_modules/two/package.json': json({ license: 'ISC', optionalDependencies: { bin: '*' } }),
    'store/one/node_modules/two/lib/a.js': "eval('1')\n",
    'store/one/node_modules/bin/package.json': json({ license: 'GPL-3.0', os: ['linux'] }),
    'node_modules/peer/package.json': json({ license: 'Apache-2.0' }),
    'node_modules/tested/package.json': json({ license: 'MIT' }),
    'packages/a/node_modules/.keep': '',
  })
  const store = join(root, 'store/one/node_modules/one')
  symlinkSync(store, join(root, 'packages/a/node_modules/one'), 'junction')
  const { text, problems } = drawDependencies(root)
  expect(text.split('\n').map(line => line.replace(/ +/g, ' '))).toEqual([
    '| package | licence | for | makes code of text in |',
    expect.stringMatching(/^\| -+ \|/),
    '| `one` | MIT | `a` | |',
    '| `peer` | Apache-2.0 | `b` | |',
    '| `two` | ISC | `a` | `lib/a.js` |',
  ])
  expect(problems).toEqual([expect.stringContaining('bin has the licence "GPL-3.0"')])
})

it.each([
  ['a', 'MIT', true],
  ['a', 'LGPL-3.0-or-later', false],
  ['@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later', true],
  ['@img/sharp-win32-x64', 'Apache-2.0 AND LGPL-3.0-or-later', true],
  ['a', undefined, false],
])('%s of licence %s may be shipped: %s', (name, license, allowed) => {
  expect(licenceProblem({ name, manifest: { license } }) === undefined).toBe(allowed)
})
