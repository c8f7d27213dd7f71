import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { declarationProblems, ours, writeEntries } from '../declarations.mjs'
import { planted } from './planted.ts'

const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

it('of what a compiler says, other people’s declarations are left out, and nothing else', () => {
  const said = [
    "node_modules/@chiaro/core/dist/index.d.ts(3,5): error TS2503: Cannot find namespace 'NodeJS'.",
    "node_modules/chiaro/dist/terminal.d.ts(13,24): error TS2503: Cannot find namespace 'NodeJS'.",
    'src/types.ts(1,1): error TS2322: no',
    "error TS5023: Unknown compiler option '--x'.",
    'node_modules/typescript/lib/lib.dom.d.ts(24,1): error TS6200: theirs',
    'node_modules/@webgpu/types/dist/index.d.ts(1,1): error TS2717: theirs',
    '  a line that goes on',
  ]
  expect(ours(said.join('\n'))).toEqual(said.slice(0, 4))
})

it('a declaration that needs what it does not bring is named, however packages are found', async () => {
  const manifest = (name: string) =>
    `{ "name": "${name}", "type": "module", "exports": { ".": { "types": "./a.d.ts", "default": "./a.js" }, "./package.json": "./package.json" } }`
  const project = planted({
    'package.json': '{ "type": "module" }',
    'node_modules/chiaro/package.json': manifest('chiaro'),
    'node_modules/chiaro/a.d.ts': 'export declare const stream: NodeJS.WriteStream\n',
    'node_modules/@chiaro/core/package.json': manifest('@chiaro/core'),
    'node_modules/@chiaro/core/a.d.ts': 'export declare const right: number\n',
  })
  expect(writeEntries(project, 'entries.ts')).toBe(2)
  const found = await declarationProblems(tsc, project, ['entries.ts'])
  const problem = (way: string) =>
    expect.stringContaining(`${way}: node_modules/chiaro/a.d.ts(1,30): error TS2503`)
  expect(found).toEqual(['node16', 'nodenext', 'bundler'].map(problem))
})
