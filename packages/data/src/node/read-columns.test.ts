import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import fc from 'fast-check'
import { parquetWriteFile } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { ReadColumnsOptions } from '../table/column-reader.ts'
import type { TableColumn } from '../table/column-table.ts'
import { readColumns } from './read-columns.ts'
import { writeTable } from './write-table.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-columns-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function csv(content: string, options?: ReadColumnsOptions) {
  await writeFile(at('table.csv'), content)
  return readColumns(at('table.csv'), options)
}

async function message(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (e: Error) => e,
  )
  expect(error).toBeInstanceOf(ChiaroError)
  return (error as Error).message.replaceAll(`${folder}/`, '')
}

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

describe('readColumns of CSV', () => {
  it('takes a column for numeric when every cell is a decimal number, and counts lines as an editor', async () => {
    const table = await csv('a,b,c,d\n1, -.5e1 ,x,0x10\n\n+2.,1E-2, y ,3\n')
    expect(table).toEqual({
      file: at('table.csv'),
      rowNumbers: [2, 4],
      rowCount: 2,
      columns: [
        numeric('a', [1, 2]),
        numeric('b', [-5, 0.01]),
        categorical('c', ['x', 'y']),
        categorical('d', ['0x10', '3']),
      ],
    })
  })

  it('reads the columns asked for, in their order, and codes as categories', async () => {
    const { columns } = await csv('a,b,c\n1,2,3\n4,5,6\n', { columns: ['c', 'a'], categorical: ['a'] })
    expect(columns).toEqual([numeric('c', [3, 6]), categorical('a', ['1', '4'])])
  })

  it('reads TSV and other delimiters', async () => {
    await writeFile(at('table.tsv'), 'a\tb\n1\tx, y\n')
    expect((await readColumns(at('table.tsv'))).columns).toEqual([
      numeric('a', [1]),
      categorical('b', ['x, y']),
    ])
    expect((await csv('a;b\n1;2\n', { delimiter: ';' })).columns).toHaveLength(2)
  })

  it.each(['', '?', ' ? ', 'NA', 'N/A', 'NaN', 'nan', 'NULL', 'null'])(
    'takes %j for a missing cell: an error, or kept',
    async marker => {
      const content = `n,c\n1,x\n${marker},${marker}\n`
      expect(await message(csv(content))).toBe(
        `readColumns: table.csv, row 3: n must have a value, got ${JSON.stringify(marker)}`,
      )
      const { columns } = await csv(content, { missing: 'keep' })
      expect(columns).toEqual([numeric('n', [1, Number.NaN]), categorical('c', ['x', undefined])])
    },
  )

  it.each(['inf', '-Infinity', '1e999'])('refuses the infinite number %s', async infinite => {
    expect(await message(csv(`n\n1\n${infinite}\n`))).toBe(
      `readColumns: table.csv, row 3: n must be a finite number, got "${infinite}"`,
    )
  })

  it('refuses what does not fit', async () => {
    expect(await message(csv('n\n1\n1,5\n'))).toBe(
      'readColumns: table.csv, row 3: must have 1 columns, as the header has, got 2',
    )
    expect(await message(csv('n\n1\n"1,5"\n', { numeric: ['n'] }))).toBe(
      'readColumns: table.csv, row 3: n must be a finite number, got "1,5" (say --decimal \',\')',
    )
    expect(await message(csv('n,n\n1,2\n'))).toContain('column names must differ, got n twice')
    expect(await message(csv('n\n'))).toContain('must have rows, got a header only')
    expect(await message(csv('n\n1\n', { columns: ['m'] }))).toContain('must have a column m, got n')
    expect(await message(csv('n\n1\n', { categorical: ['m'] }))).toContain(
      'categorical must be columns that are',
    )
    expect(await message(csv('n\n1\n', { columns: [] }))).toContain('columns must be of length at least 1')
    expect(await message(csv('n\n1\n', { columns: ['n', 'n'] }))).toContain('got n twice')
    expect(await message(csv('n\n1\n', { categorical: ['n'], numeric: ['n'] }))).toContain('got n as both')
    expect(await message(csv('n\n1\n', { missing: 'drop' as 'keep' }))).toContain("'error' or 'keep'")
    expect(await message(readColumns(at('none.csv')))).toContain('must exist, got nothing of that name')
  })
})

describe('readColumns of Parquet', () => {
  const write = (columns: Parameters<typeof parquetWriteFile>[0]['columnData']) =>
    parquetWriteFile({ filename: at('table.parquet'), columnData: columns })

  it('reads numbers of any width, texts and booleans', async () => {
    await write([
      { name: 'double', data: [1.5, 0.1], type: 'DOUBLE' },
      { name: 'int', data: [1, 2], type: 'INT32' },
      { name: 'long', data: [1n, -(2n ** 40n)], type: 'INT64' },
      { name: 'text', data: ['1', '2'], type: 'STRING' },
      { name: 'flag', data: [true, false], type: 'BOOLEAN' },
    ])
    const { columns, rowCount, rowNumbers } = await readColumns(at('table.parquet'))
    expect([rowCount, rowNumbers]).toEqual([2, undefined])
    expect(columns).toEqual([
      numeric('double', [1.5, 0.1]),
      numeric('int', [1, 2]),
      numeric('long', [1, -(2 ** 40)]),
      categorical('text', ['1', '2']),
      categorical('flag', ['true', 'false']),
    ])
    const chosen = await readColumns(at('table.parquet'), { columns: ['text', 'int'], numeric: ['text'] })
    expect(chosen.columns).toEqual([numeric('text', [1, 2]), numeric('int', [1, 2])])
  })

  it('names the record of what is missing, infinite or no cell', async () => {
    await write([{ name: 'n', data: [1, null, Number.NaN], type: 'DOUBLE', nullable: true }])
    expect(await message(readColumns(at('table.parquet')))).toBe(
      'readColumns: table.parquet: record 2: n must have a value, got none',
    )
    const kept = await readColumns(at('table.parquet'), { missing: 'keep' })
    expect(kept.columns).toEqual([numeric('n', [1, Number.NaN, Number.NaN])])
    await write([{ name: 'n', data: [1, Number.NEGATIVE_INFINITY], type: 'DOUBLE' }])
    expect(await message(readColumns(at('table.parquet')))).toBe(
      'readColumns: table.parquet: record 2: n must be a finite number, got -Infinity',
    )
    await write([{ name: 'when', data: [new Date(0)], type: 'TIMESTAMP' }])
    expect(await message(readColumns(at('table.parquet')))).toContain(
      'record 1: when must be a number, a text or a boolean, got a date',
    )
    expect(await message(readColumns(at('table.parquet'), { columns: ['x'] }))).toContain(
      'column x, got when',
    )
    await writeFile(at('false.parquet'), 'a,b\n1,2\n')
    expect(await message(readColumns(at('false.parquet')))).toContain('must be a Parquet file')
  })

  it('reads more rows than are decoded at a time', async () => {
    const values = Array.from({ length: 9000 }, (_, i) => Math.sin(i))
    await writeTable(at('large.parquet'), { rowCount: 9000, columns: [numeric('n', values)] })
    expect((await readColumns(at('large.parquet'))).columns).toEqual([numeric('n', values)])
  })
})

describe('writeTable', () => {
  test.each(['.csv', '.tsv', '.parquet'])(
    'what is written to %s is read back, bit for bit',
    async extension => {
      const file = at(`round-trip${extension}`)
      const number = fc.oneof(
        fc.double({ noDefaultInfinity: true }).map(x => (Object.is(x, -0) ? 0 : x)),
        fc.constant(Number.NaN),
      )
      const text = fc
        .string({ unit: fc.constantFrom('a', 'Ü', ',', '"', '\t', '\n', '\r', '\uFEFF', '5') })
        .map(content => `x${content}x`)
      const row = fc.record({ n: number, c: fc.option(text, { nil: undefined }) })
      const names = fc.uniqueArray(fc.constantFrom('n', 'a,b', '"', 'é'), { minLength: 2, maxLength: 2 })
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { minLength: 1, maxLength: 40 }),
          names,
          async (rows, [first, second]) => {
            const columns = [
              numeric(
                first,
                rows.map(({ n }) => n),
              ),
              categorical(
                second,
                rows.map(({ c }) => c),
              ),
            ]
            await writeTable(file, { rowCount: rows.length, columns })
            const back = await readColumns(file, { missing: 'keep', categorical: [second], numeric: [first] })
            expect(back.columns).toEqual(columns)
          },
        ),
        { numRuns: extension === '.parquet' ? 12 : 60 },
      )
    },
  )

  it('keeps the missing cell of a lone column', async () => {
    const columns = [numeric('n', [1, Number.NaN, 3])]
    await writeTable(at('lone.csv'), { rowCount: 3, columns })
    expect((await readColumns(at('lone.csv'), { missing: 'keep' })).columns).toEqual(columns)
  })

  it('refuses what would not be read back, and leaves the old file', async () => {
    await writeTable(at('kept.csv'), { rowCount: 1, columns: [numeric('n', [1])] })
    const write = (columns: TableColumn[], rowCount = 2) =>
      message(writeTable(at('kept.csv'), { rowCount, columns }))
    expect(await write([])).toContain('columns must be of length at least 1')
    expect(await write([numeric('n', [])], 0)).toContain('rowCount must be an integer of at least 1, got 0')
    expect(await write([numeric('n', [1])])).toBe('writeTable: n must be of length 2, got length 1')
    expect(await write([numeric('n', [1, 2]), numeric('n', [1, 2])])).toContain('got n twice')
    expect(await write([numeric('n', [1, Number.NEGATIVE_INFINITY])])).toContain('n[1] must be finite')
    expect(await write([categorical('c', ['x', ' '])])).toContain(
      'c[1] must be told apart from a missing cell',
    )
    expect((await readColumns(at('kept.csv'))).columns).toEqual([numeric('n', [1])])
    expect((await readdir(folder)).filter(name => name.includes('partial'))).toEqual([])
  })
})
