import { describe, expect, it } from 'vitest'
import { numberColumns, pairsOf } from './csv.ts'

describe('numberColumns', () => {
  it('takes the columns of numbers, and leaves out lines with an empty one', () => {
    const table = numberColumns('name,a,b\n"one, two",1,2.5\nthree,,4\nfour,-3,1e2\n')
    expect(table.names).toEqual(['a', 'b'])
    expect(table.columns.map(column => [...column])).toEqual([
      [1, -3],
      [2.5, 100],
    ])
    expect([...pairsOf(table, 1, 0)]).toEqual([2.5, 1, 100, -3])
  })
  it('reads tabs, semicolons and a byte-order mark', () => {
    expect(numberColumns('\uFEFFx\ty\r\n1\t2\r\n').names).toEqual(['x', 'y'])
    expect([...numberColumns('x;y\n1;2\n').columns[1]]).toEqual([2])
  })
  it('says what is missing', () => {
    expect(() => numberColumns('a,b\n')).toThrow('no rows below its header line')
    expect(() => numberColumns('a,b\n1,x\n')).toThrow('one column of numbers, and two are needed')
  })
})
