import { describe, expect, it } from 'vitest'
import { classTable } from './class-table.ts'

const right = { recall: 0.5, precision: 0.25, count: 4 }

describe('classTable', () => {
  it('has a column for each class where there is room', () => {
    const result = {
      perClass: [right, { ...right, precision: Number.NaN }],
      confusion: [
        [2, 2],
        [10, 0],
      ],
    }
    expect(classTable(result, ['cat', 'dog'], 100)).toEqual([
      'columns: taken for',
      'class  recall  precision  cat  dog',
      'cat     0.500      0.250    2    2',
      'dog     0.500          -   10    0',
    ])
  })

  it('names what 33 classes are taken for most, within the columns', () => {
    const names = Array.from({ length: 33 }, (_, c) => (c === 1 ? 'a'.repeat(60) : `class ${c}`))
    const confusion = names.map((_, c) => names.map((_, other) => (c === 0 ? other % 5 : 0)))
    confusion[2][1] = 7
    const lines = classTable({ perClass: names.map(() => right), confusion }, names, 100)
    expect(lines).toHaveLength(35)
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(100)
    // Of class 0 the classes 4, 9, 14, 19, 24, 29 are met four times each, all but the multiples of five at least once.
    expect(lines[2]).toMatch(/^class 0 .*0\.500 {2}.*0\.250 {2}class 4 4, class 9 4, class 14 4 and 23 more$/)
    expect(lines[3]).toMatch(/^a{23}… /)
    expect(lines[4]).toMatch(/ {2}a{23}… 7$/)
    expect(lines[5]).toMatch(/^class 3 +0\.500 +0\.250$/)
  })

  it('names a class by its number where it has no name', () => {
    const line = classTable({ perClass: [right], confusion: [[4]] }, [], 100)[2]
    expect(line).toBe('0       0.500      0.250  4')
  })
})
