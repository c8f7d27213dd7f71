import { describe, expect, it } from 'vitest'
import { tableFromRecords, tableFromRows } from './table-from-records.ts'

describe('tableFromRecords', () => {
  it('takes numbers as numbers, texts and booleans as categories', () => {
    const table = tableFromRecords([
      { a: 1, b: 'x', c: true, d: '7' },
      { a: 2.5, b: 'y', c: false, d: '8' },
    ])
    expect(table).toEqual({
      rowCount: 2,
      columns: [
        { name: 'a', kind: 'numeric', values: Float64Array.of(1, 2.5) },
        { name: 'b', kind: 'categorical', values: ['x', 'y'] },
        { name: 'c', kind: 'categorical', values: ['true', 'false'] },
        { name: 'd', kind: 'categorical', values: ['7', '8'] },
      ],
    })
  })

  it('takes the columns asked for, and codes as categories', () => {
    const { columns } = tableFromRecords(
      [
        { a: 1, b: 2 },
        { b: 3, a: 4 },
      ],
      {
        columns: ['b'],
        categorical: ['b'],
      },
    )
    expect(columns).toEqual([{ name: 'b', kind: 'categorical', values: ['2', '3'] }])
  })

  it('keeps missing values where it may, and names them where not', () => {
    const rows = [{ a: 1, b: null }, { a: Number.NaN }, { b: 'x' }]
    const { columns } = tableFromRecords(rows, { missing: 'keep' })
    expect(columns[0].values).toEqual(Float64Array.of(1, Number.NaN, Number.NaN))
    expect(columns[1].values).toEqual([undefined, undefined, 'x'])
    expect(() => tableFromRecords(rows)).toThrow('record 2: a must have a value')
  })

  it('refuses what no table holds, with record and column', () => {
    expect(() => tableFromRecords([])).toThrow('rows must be of length at least 1, got length 0')
    expect(() => tableFromRecords([{ a: 1 }, null as never])).toThrow(
      'rows[1] must be an object of values by column',
    )
    expect(() => tableFromRecords([{ a: [1] as never }])).toThrow(
      'record 1: a must be a number, a text or a boolean, got [1]',
    )
    expect(() => tableFromRecords([{ a: 1 }, { a: Number.POSITIVE_INFINITY }])).toThrow(
      'record 2: a must be a finite number',
    )
  })
})

describe('tableFromRows', () => {
  it('is a table of the columns', () => {
    expect(tableFromRows([1, 2, 3, 4], 2)).toEqual({
      rowCount: 2,
      columns: [
        { name: 'x1', kind: 'numeric', values: Float64Array.of(1, 3) },
        { name: 'x2', kind: 'numeric', values: Float64Array.of(2, 4) },
      ],
    })
    expect(() => tableFromRows([1, 2, 3], 2)).toThrow('values must be [rows, 2], got 3 values')
  })
})
