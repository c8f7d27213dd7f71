import { join } from 'node:path'
import { expect, it } from 'vitest'
import { apiReports, difference, typedEntries } from '../api-reports.mjs'
import { planted } from './planted.ts'

/** A workspace with one built package of two entries. */
const workspace = () =>
  planted({
    'packages/a/package.json': JSON.stringify({
      name: '@chiaro/a',
      version: '0.1.0',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './more': { types: './dist/more.d.ts', default: './dist/more.js' },
        './package.json': './package.json',
      },
    }),
    'packages/a/dist/index.d.ts':
      "export { f, type Options } from './f.ts'\nexport type { Kept } from './more.ts'\n",
    'packages/a/dist/f.d.ts':
      '/** Not public. */\ninterface Bounds {\n    readonly least: number;\n}\n' +
      '/** Says a thing. */\nexport interface Options {\n    readonly bounds?: Bounds;\n}\n' +
      'export declare function f(x: number, options?: Options): string;\nexport declare const hidden = 1;\n',
    'packages/a/dist/more.d.ts': 'export interface Kept {\n    readonly x: number;\n}\n',
  })

it('a page an entry has what is exported, and what its signatures name, without the words', () => {
  const root = workspace()
  const pages = apiReports(typedEntries(root), join(root, 'scratch'))
  expect(Object.keys(pages)).toEqual(['a.md', 'a.more.md'])
  expect(pages['a.md']).toBe(
    '# @chiaro/a\n\n<!-- what it exports, drawn by npm run api -->\n\n```ts\n' +
      'interface Bounds {\n    readonly least: number;\n}\n\n' +
      'export function f(x: number, options?: Options): string;\n\n' +
      'export interface Kept {\n    readonly x: number;\n}\n\n' +
      'export interface Options {\n    readonly bounds?: Bounds;\n}\n```\n',
  )
  expect(pages['a.more.md']).toMatch(/^# @chiaro\/a\/more\n/)
})

it('a difference is the lines that are gone and those that are new', () => {
  expect(difference('a\nb\nc', 'a\nB\nc\nd')).toEqual(['- b', '+ B', '+ d'])
})
