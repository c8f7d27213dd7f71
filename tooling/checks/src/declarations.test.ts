import { expect, it } from 'vitest'
import { ours } from '../declarations.mjs'

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
