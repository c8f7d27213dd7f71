import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lineAfter, rowAfter } from '../edits.mjs'
import { kinds } from '../kinds.mjs'
import { planned } from '../planned.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))

describe('npm run new', () => {
  it.each([
    ['Soft', 'letters and digits, words joined by hyphens, as in soft-triplet, got "Soft"'],
    ['soft_triplet', 'got "soft_triplet"'],
    ['2d', 'got "2d"'],
    ['-', 'got "-"'],
    ['', 'got ""'],
    ['../../x', 'got "../../x"'],
  ])('refuses %j, which is no name, for every kind', (name, message) => {
    for (const kind of Object.keys(kinds)) expect(() => planned(root, kind, name)).toThrow(message)
  })

  it.each([
    ['objective', 'clip', 'NAME must be new, but packages/objectives/src/clip.ts is there'],
    ['noise', 'laplace', 'NAME must be new, but packages/noise/src/laplace-noise.ts is there'],
    ['view', 'greyscale', 'NAME must be new, but packages/augment/src/index.ts has greyscale'],
    ['task', 'rows', 'NAME must be new, but packages/tasks/src/rows is there'],
    ['view', 'await', 'NAME must give a name that code may declare, got "await"'],
    ['loss', 'x', 'KIND must be one of objective, noise, energy, view, task, got "loss"'],
  ])('refuses a new %s called %j', (kind, name, message) => {
    expect(() => planned(root, kind, name)).toThrow(message)
  })

  it('spells a name as files, values and types do', () => {
    const { made, changed } = planned(root, 'objective', 'soft-triplet')
    const source = made['packages/objectives/src/soft-triplet.ts']
    expect(source).toContain('export function softTripletLoss<')
    expect(source).toContain('export interface SoftTripletOptions<')
    expect(made['packages/objectives/src/soft-triplet.test.ts']).toContain("from './soft-triplet.ts'")
    expect(made['.changeset/objective-soft-triplet.md']).toContain('"@chiaro/objectives": minor')
    expect(changed['packages/objectives/README.md']).toContain('| `softTripletLoss(x, y)` ')
    for (const text of Object.values(made)) expect(text).not.toMatch(/template-?name/i)
  })
})

describe('changes of a text', () => {
  const text = 'a\n\n| x  | y |\n| -- | - |\n| p\\| | 1 |\n| q  | 2 |\n\nb'
  it('put a row after another, and draw the table as wide as it must be', () => {
    expect(rowAfter(/^\| p/, ['wider'])(text)).toBe(
      'a\n\n| x     | y |\n| ----- | - |\n| p\\|   | 1 |\n| wider |   |\n| q     | 2 |\n\nb',
    )
  })
  it('fail where a text is not as they know it', () => {
    expect(() => rowAfter(/^\| z/, ['r'])(text)).toThrow('it has no row')
    expect(() => lineAfter(/^z/, 'r')(text)).toThrow('it has no line')
  })
})
