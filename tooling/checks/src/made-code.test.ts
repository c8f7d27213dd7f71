import { expect, it } from 'vitest'
import { layerProblems } from '../layer-problems.mjs'
import { madeCode } from '../made-code.mjs'
import { manifest, planted } from './planted.ts'

it.each([
  ["eval('1')", 'eval'],
  ["const f = new Function('x', 'return x')", 'Function'],
  ["const f = Function('return this')()", 'Function'],
  ["const F = Function\nnew F('return 1')", 'Function'],
  ["let F\nF = eval\nF('1')", 'eval'],
  ["[eval].map(call)\ncall(eval, '1')", 'eval'],
  ["setTimeout('tick()', 10)", 'setTimeout'],
  ['setInterval(`tick()`, 10)', 'setInterval'],
])('%j makes code of text', (text, what) => {
  expect(madeCode('a.js', text).map(found => found.what)).toEqual([what])
})

it.each([
  'f instanceof Function',
  'type F = Function',
  "// eval('x')\nconst s = \"new Function('x')\"",
  'setTimeout(() => tick(), 10)',
  "model.eval('x')",
])('%j does not', text => {
  expect(madeCode('a.ts', text)).toEqual([])
})

it('a package that does is refused by file and line; its tests and tooling may', () => {
  const made = "export const x = 1\nexport const f = new Function('return 1')\n"
  const root = planted({
    'package.json': '{}',
    'packages/ops/package.json': manifest('@chiaro/ops', ['.']),
    'packages/ops/src/a.ts': made,
    'packages/ops/src/a.test.ts': made,
    'tooling/bench/package.json': manifest('@chiaro/bench', ['.']),
    'tooling/bench/src/a.ts': made,
  })
  expect(layerProblems(root).problems).toEqual([
    'packages/ops/src/a.ts: line 2 makes code of text (Function), which strict pages refuse',
  ])
})
