import { join } from 'node:path'
import { expect, it } from 'vitest'
import { missingNames } from '../missing-names.mjs'
import { planted } from './planted.ts'

it('names and modules that a script imports and that are not there, and nothing else', () => {
  const root = planted({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        allowJs: true,
        checkJs: true,
        noEmit: true,
        strict: false,
        types: [],
      },
      include: ['*.mjs'],
    }),
    'there.mjs': 'export const here = 1\nexport const number = "one" * 1\n',
    'script.mjs':
      "import { gone, here } from './there.mjs'\nimport './nowhere.mjs'\nconsole.log(gone, here)\n",
  })
  const found = missingNames(join(root, 'tsconfig.json'))
  expect(found).toHaveLength(2)
  expect(found[0]).toMatch(/script\.mjs\(1,10\).*no exported member.*gone/)
  expect(found[1]).toMatch(/script\.mjs\(2,8\).*nowhere\.mjs/)
})
