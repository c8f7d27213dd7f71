import { key } from '@chiaro/random'
import { describe, expect, it } from 'vitest'
import { balancedRows } from './balanced-rows.ts'

const labels = Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? 2 : i % 2))

describe('balancedRows', () => {
  it('draws as many rows of each class, none twice, others by another key', () => {
    const rows = balancedRows(labels, { count: 30, key: key(1) })
    expect([0, 1, 2].map(c => rows.filter(row => labels[row] === c).length)).toEqual([10, 10, 10])
    expect(new Set(rows).size).toBe(30)
    expect([...rows]).toEqual([...rows].sort((a, b) => a - b))
    expect(balancedRows(labels, { count: 30, key: key(1) })).toEqual(rows)
    expect(balancedRows(labels, { count: 30, key: key(2) })).not.toEqual(rows)
  })

  it('gives every row of a class the same chance', () => {
    const few = [0, 0, 0, 0, 1, 1]
    const times = new Array(few.length).fill(0)
    for (let draw = 0; draw < 2000; draw++) {
      for (const row of balancedRows(few, { count: 4, key: key(draw) })) times[row]++
    }
    // Half of four rows: 1000 ± 22 each; both rows of class 1 always.
    for (const row of [0, 1, 2, 3]) expect(Math.abs(times[row] - 1000)).toBeLessThan(100)
    expect(times.slice(4)).toEqual([2000, 2000])
  })

  it('refuses a count that classes cannot share, and a class too small', () => {
    expect(() => balancedRows(labels, { count: 31, key: key(1) })).toThrow('multiple of the 3 classes')
    expect(() => balancedRows([0, 0, 1], { count: 4, key: key(1) })).toThrow('at least 2 rows of class 1')
    expect(() => balancedRows([0, 1], { count: 3, classes: 3, key: key(1) })).toThrow('rows of class 2')
  })
})
