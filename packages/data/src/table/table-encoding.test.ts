import { ChiaroError } from '@chiaro/core'
import { expectClose, normalValues } from '@chiaro/test-kit'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { ColumnTable, TableColumn } from './column-table.ts'
import { decodeTable, encodeTable } from './encode-table.ts'
import { fitTableEncoding } from './fit-table-encoding.ts'
import { type TableEncoding, tableLayout } from './table-encoding.ts'

const numeric = (name: string, values: readonly number[]): TableColumn => ({
  name,
  kind: 'numeric',
  values: Float64Array.from(values),
})
const categorical = (name: string, values: readonly (string | undefined)[]): TableColumn => ({
  name,
  kind: 'categorical',
  values,
})
const table = (...columns: TableColumn[]): ColumnTable => ({ rowCount: columns[0].values.length, columns })

describe('fitTableEncoding', () => {
  it('takes the population mean and deviation, categories by code units, and keeps constants out', () => {
    const encoding = fitTableEncoding(
      table(
        numeric('x', [2, 4, 4, 4, 5, 5, 7, 9]),
        categorical('c', ['b', 'a', 'b', 'ä', 'B', 'a', 'a', 'b']),
        numeric('one', [3, 3, 3, 3, 3, 3, 3, 3]),
        categorical('same', new Array(8).fill('s')),
      ),
    )
    // Mean 5 and deviation 2 by hand.
    expect(encoding).toEqual({
      columns: [
        { name: 'x', kind: 'numeric', mean: 5, deviation: 2 },
        { name: 'c', kind: 'categorical', categories: ['B', 'a', 'b', 'ä'] },
        { name: 'one', kind: 'constant', value: 3 },
        { name: 'same', kind: 'constant', value: 's' },
      ],
    })
    expect(JSON.parse(JSON.stringify(encoding))).toEqual(encoding)
    const { logJacobian, ...layout } = tableLayout(encoding)
    expect(layout).toEqual({
      width: 5,
      blocks: [
        { name: 'x', kind: 'numeric', start: 0, width: 1 },
        { name: 'c', kind: 'categorical', start: 1, width: 4 },
      ],
      constant: ['one', 'same'],
    })
    expect(logJacobian).toBeCloseTo(-Math.log(2), 14)
  })

  it.each([
    [[1, Number.NaN, 5, 2], 2],
    [[1, Number.NaN, 5, 2, 3], 2.5],
  ])('imputes the median of %j, %d, and the most frequent category', (values, median) => {
    const texts = values.map((_, i) => ['b', undefined, 'a', 'b', 'a'][i])
    const training = table(numeric('x', values), categorical('c', texts))
    const encoding = fitTableEncoding(training, { impute: true })
    // In a tie the category that comes first.
    expect(encoding.columns.map(column => 'imputation' in column && column.imputation)).toEqual([
      median,
      values.length === 4 ? 'b' : 'a',
    ])
    const { rows, width, imputed } = encodeTable(training, encoding)
    const filled = encodeTable(
      table(
        numeric(
          'x',
          values.map(value => (Number.isNaN(value) ? median : value)),
        ),
        categorical(
          'c',
          texts.map(text => text ?? (values.length === 4 ? 'b' : 'a')),
        ),
      ),
      encoding,
    )
    expect(imputed).toBe(2)
    expect(width).toBe(3)
    expect(rows).toEqual(filled.rows)
  })

  it('is right for numbers far from 0, tiny and huge', () => {
    const [small, far, huge] = fitTableEncoding(
      table(
        numeric('small', [1e-200, 3e-200]),
        numeric('far', [1e9, 1e9 + 2]),
        numeric('huge', [-1e300, 1e300]),
      ),
    ).columns
    expect(small).toMatchObject({ mean: 2e-200 })
    expect((small as { deviation: number }).deviation / 1e-200).toBeCloseTo(1, 12)
    expect(far).toMatchObject({ mean: 1e9 + 1, deviation: 1 })
    expect(huge).toMatchObject({ mean: 0, deviation: 1e300 })
  })

  it('refuses what it cannot encode, and says where', () => {
    const file = { file: 'a.csv', rowNumbers: [2, 3] }
    const fit = (column: TableColumn, options = {}) =>
      fitTableEncoding({ ...file, ...table(column) }, options)
    expect(() => fit(numeric('x', [1, Number.NaN]))).toThrow(
      /^fitTableEncoding: a\.csv, row 3: x must have a value \(or impute be true\), got a missing cell$/,
    )
    expect(() => fit(numeric('x', [Number.POSITIVE_INFINITY, 1]))).toThrow(
      /a\.csv, row 2: x must be finite, got Infinity/,
    )
    expect(() => fit(categorical('c', [undefined, undefined]), { impute: true })).toThrow(
      /a\.csv: c must have a value in some row, got none/,
    )
    expect(() => fit(numeric('x', [1, 1]))).toThrow(/at least one column must have different values/)
    expect(() => fit(numeric('x', [1, 2]), { maximumCategories: 1 })).toThrow(RangeError)
    expect(() => fitTableEncoding({ rowCount: 0, columns: [numeric('x', [])] })).toThrow(
      /table.rowCount must be an integer of at least 1, got 0/,
    )
    const ids = Array.from({ length: 65 }, (_, i) => `id${i}`)
    expect(() => fitTableEncoding(table(categorical('id', ids)))).toThrow(
      'fitTableEncoding: id must have at most 64 categories (maximumCategories), got 65',
    )
    const typo = Array.from({ length: 65 }, (_, i) => (i === 9 ? '1,5' : String(i)))
    expect(() => fitTableEncoding(table(categorical('x', typo)))).toThrow(/most are numbers, but not "1,5"$/)
    const error = (() => {
      try {
        fit(numeric('x', [1, Number.NaN]))
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(ChiaroError)
    expect((error as ChiaroError).code).toBe('data')
  })
})

describe('encodeTable', () => {
  const encoding: TableEncoding = {
    columns: [
      { name: 'c', kind: 'categorical', categories: ['a', 'b'] },
      { name: 'k', kind: 'constant', value: 7 },
      { name: 'x', kind: 'numeric', mean: 10, deviation: 4 },
    ],
  }

  it('matches columns by name, in whatever order, and lists those it does not know', () => {
    const encoded = encodeTable(
      table(numeric('other', [0, 0]), numeric('x', [12, 2]), categorical('c', ['b', 'a'])),
      encoding,
    )
    expect(Array.from(encoded.rows)).toEqual([0, 1, 0.5, 1, 0, -2])
    expect(encoded).toMatchObject({ rowCount: 2, width: 3, imputed: 0, ignored: ['other'], constant: ['k'] })
  })

  it('refuses unknown categories, missing cells and columns, naming row and column', () => {
    const file = { file: 'new.csv', rowNumbers: [2, 5] }
    const encode = (...columns: TableColumn[]) => encodeTable({ ...file, ...table(...columns) }, encoding)
    const x = numeric('x', [1, 2])
    expect(() => encode(x, categorical('c', ['a', 'z']))).toThrow(
      /^encodeTable: new\.csv, row 5: c must be one of a, b, got "z"$/,
    )
    expect(() => encode(x, categorical('c', [undefined, 'a']))).toThrow(/row 2: c must have a value/)
    expect(() => encode(x)).toThrow(/new\.csv: must have a column c, got x/)
    expect(() => encode(x, numeric('c', [1, 2]))).toThrow(/c must be categorical, got numeric/)
    const c = categorical('c', ['a', 'b'])
    expect(() => encode(numeric('x', [1, 1e300]), c)).toThrow(/row 5: x must be finite once standardised/)
    expect(() => encodeTable({ rowCount: 3, columns: [x, c] }, encoding)).toThrow(
      /c must be of length 3, got length 2/,
    )
    expect(() => encodeTable(table(numeric('x', [Number.NaN]), categorical('c', ['a'])), encoding)).toThrow(
      /^encodeTable: record 1: x must have a value/,
    )
  })

  test('the log-Jacobian turns densities of rows into densities per original unit', () => {
    // N(μ, σ²) of x is N(0, 1) of z = (x − μ)/σ.
    const [mu, sigma] = [10, 4]
    const { rows, logJacobian } = encodeTable(table(numeric('x', [13]), categorical('c', ['a'])), encoding)
    const z = rows[2]
    const logDensity = -(z * z) / 2 - Math.log(2 * Math.PI) / 2 + logJacobian
    const expected = -((13 - mu) ** 2) / (2 * sigma ** 2) - Math.log(sigma * Math.sqrt(2 * Math.PI))
    expect(logDensity).toBeCloseTo(expected, 12)
  })
})

describe('decodeTable', () => {
  test('decoding what was encoded gives the table back, to float32 and with its constants', () => {
    const row = fc.record({
      x: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      c: fc.constantFrom('a', 'b', 'ü'),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 3, maxLength: 20 }), rows => {
        const original = table(
          numeric('x', [0, 1, ...rows.map(({ x }) => x)]),
          numeric('k', new Array(rows.length + 2).fill(5)),
          categorical('c', ['a', 'b', ...rows.map(({ c }) => c)]),
        )
        const encoding = fitTableEncoding(original)
        const decoded = decodeTable(encodeTable(original, encoding).rows, encoding)
        expect(decoded.columns.slice(1)).toEqual(original.columns.slice(1))
        const { deviation, mean } = encoding.columns[0] as { deviation: number; mean: number }
        const originals = original.columns[0].values as Float64Array
        const furthest = Math.max(...originals.map(x => Math.abs(x - mean)))
        const values = decoded.columns[0].values as Float64Array
        expectClose(values, original.columns[0].values as Float64Array, {
          relative: 0,
          absolute: 2 ** -23 * Math.max(deviation, furthest),
        })
      }),
    )
  })

  it('takes the largest entry of a category, the first of equals', () => {
    const encoding: TableEncoding = {
      columns: [{ name: 'c', kind: 'categorical', categories: ['a', 'b', 'c'] }],
    }
    expect(decodeTable([0.1, 0.7, 0.2, -1, -3, -1], encoding)).toEqual({
      rowCount: 2,
      columns: [{ name: 'c', kind: 'categorical', values: ['b', 'a'] }],
    })
    expect(() => decodeTable([1, 2], encoding)).toThrow(/rows must be \[n, 3\], got 2 numbers/)
    expect(() => decodeTable([1, 2, Number.NaN], encoding)).toThrow(/got NaN in row 0 for c/)
  })
})

describe('an encoded table', () => {
  it('has mean 0 and deviation 1', () => {
    const values = [...normalValues(3, 400)].map(x => 1000 + 3 * x)
    const { rows } = encodeTable(table(numeric('x', values)), fitTableEncoding(table(numeric('x', values))))
    const mean = rows.reduce((a, b) => a + b, 0) / rows.length
    expect(Math.abs(mean)).toBeLessThan(1e-6)
    expectClose([rows.reduce((a, b) => a + b * b, 0) / rows.length], [1], { relative: 1e-6 })
  })
})
