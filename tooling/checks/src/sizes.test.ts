import { expect, it } from 'vitest'
import { overdrawn } from '../sizes.mjs'
import { planted } from './planted.ts'

const project = () =>
  planted({
    'node_modules/a/package.json': '{ "name": "a", "type": "module", "exports": "./a.js" }',
    'node_modules/a/a.js': `export const small = 1\nexport const big = '${Array.from({ length: 999 }, (_, i) => (i * i * 7919) % 9973).join('')}'\n`,
    'node_modules/b/package.json': '{ "name": "b", "type": "module", "exports": "./b.js" }',
    'node_modules/b/b.js': "import 'node:os'\n",
  })

it('an import that costs more than it may is named with what it costs; what is not used costs nothing', async () => {
  const found = await overdrawn(project(), [
    { names: 'small', from: 'a', most: 0.1 },
    { names: 'big', from: 'a', most: 0.1 },
  ])
  expect(found).toEqual([expect.stringMatching(/^big of a must take at most 0\.1 KB, it takes \d\.\d$/)])
})

it('what no bundle for a page can hold fails', async () => {
  await expect(overdrawn(project(), [{ names: '*', from: 'b', most: 1 }])).rejects.toThrow(/node:os/)
})
