// Tables as other programs write them: each is read as it is meant, or refused by its cell with what mends it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { parquetWriteFile } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { ReadColumnsOptions } from '../table/column-reader.ts'
import { readColumns } from './read-columns.ts'
import { readTable } from './read-table.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-foreign-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(content: string | Uint8Array, options?: ReadColumnsOptions, name = 'table.csv') {
  await writeFile(at(name), content)
  return readColumns(at(name), { missing: 'keep', ...options })
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (e: Error) => e,
  )
  expect(error).toBeInstanceOf(ChiaroError)
  return (error as Error).message.replaceAll(`${folder}/`, '')
}

/** One column x beside a column y of numbers. */
const cells = (texts: readonly string[]) => `x,y\n${texts.map((text, i) => `${text},${i}`).join('\n')}\n`
const numbers = Array.from({ length: 40 }, (_, i) => String(10 + (i % 21)))
const withCell = (cell: string) => cells(numbers.with(7, cell))

describe('a cell that is no number among numbers', () => {
  it.each([
    ...[
      'NA',
      'None',
      '<NA>',
      '#N/A',
      'n/a',
      'NAN',
      '-nan',
      '-NaN',
      'Null',
      'nil',
      '-',
      '.',
      '--',
      'none',
      'na',
    ],
    ...['NaT', '1.#IND', '\\N', '(null)', '#NULL!', ' NA '],
  ])('%j is a missing cell', async marker => {
    const { columns } = await read(withCell(marker))
    expect(columns[0]).toMatchObject({ kind: 'numeric' })
    expect([...columns[0].values].map(Number)).toEqual(numbers.with(7, 'NaN').map(Number))
  })

  it.each(['missing', 'Total', 'x', '#DIV/0!', 'true'])('%j is refused with its row', async cell => {
    expect(await refusal(read(withCell(cell)))).toContain(
      `readColumns: table.csv, row 9: x must be a number as most of its cells are, got "${cell}" (say --missing`,
    )
    expect((await read(withCell(cell), { missingMarkers: [cell] })).columns[0].kind).toBe('numeric')
    const { columns } = await read(withCell(cell), { categorical: ['x'] })
    expect(columns[0].values[7]).toBe(cell)
  })

  it('is found behind thousands of different numbers, and before them', async () => {
    const many = Array.from({ length: 9000 }, (_, i) => String(i / 8))
    for (const row of [2, 4100, 8999]) {
      const message = await refusal(read(cells(many.with(row, 'Total'))))
      expect(message).toContain(`row ${row + 2}: x must be a number`)
      const { columns } = await read(cells(many.with(row, '-')))
      expect(columns[0].values[row]).toBeNaN()
      expect(columns[0].values[8998]).toBe(row === 8998 ? Number.NaN : 8998 / 8)
    }
    const named = Array.from({ length: 9000 }, (_, i) => `name ${i}`)
    expect((await read(cells(named))).columns[0].values[8999]).toBe('name 8999')
  })

  it('is refused in records in memory and leaves texts alone', async () => {
    expect((await read(cells(['a', '-', 'none', 'NA', '7']))).columns[0].values).toEqual([
      'a',
      '-',
      'none',
      undefined,
      '7',
    ])
  })
})

describe('markers by choice', () => {
  it('are these alone, beside the empty cell', async () => {
    const { columns } = await read('x,c\n1,NA\n-999,b\n,None\n', { missingMarkers: ['-999'] })
    expect([...columns[0].values]).toEqual([1, Number.NaN, Number.NaN])
    expect(columns[1].values).toEqual(['NA', 'b', 'None'])
  })

  it('are none in a column read verbatim', async () => {
    const { columns } = await read('alley,front\nNA,NA\ngravel,65\n,70\n', { verbatim: ['alley'] })
    expect(columns[0].values).toEqual(['NA', 'gravel', undefined])
    expect([...columns[1].values]).toEqual([Number.NaN, 65, 70])
  })
})

describe('numbers in another notation', () => {
  const written: [string, (n: number) => string, ReadColumnsOptions, (n: number) => number, string][] = [
    [
      'thousands',
      n => `"${n},500"`,
      { thousands: ',' },
      n => n * 1000 + 500,
      "--thousands ',' as it is meant",
    ],
    ['millions', n => `"${n},500,000.5"`, { thousands: ',' }, n => n * 1e6 + 500_000.5, "--thousands ','"],
    ['a decimal comma', n => `"${n},5"`, { decimal: ',' }, n => n + 0.5, "--decimal ','"],
    [
      'German',
      n => `"1.0${n},5"`,
      { decimal: ',', thousands: '.' },
      n => 1000 + n + 0.5,
      "--thousands '.' --decimal ','",
    ],
    [
      'French',
      n => `"1\u202f0${n},5"`,
      { decimal: ',', thousands: ' ' },
      n => 1000 + n + 0.5,
      "--thousands ' ' --decimal ','",
    ],
    ['Swiss', n => `1’0${n}.5`, { thousands: "'" }, n => 1000 + n + 0.5, '--thousands'],
    ['no-break thousands', n => `1\u00a00${n}`, { thousands: ' ' }, n => 1000 + n, "--thousands ' '"],
    ['per cent', n => `${n}%`, { units: ['%'] }, n => n, '--units %'],
    ['currency', n => `-$${n}.25`, { units: ['$'] }, n => -n - 0.25, "--units '$'"],
    ['currency behind', n => `${n} €`, { units: ['€'] }, n => n, "--units '€'"],
  ]
  it.each(written)('%s are read by option, refused without', async (_, write, options, value, hint) => {
    const content = cells(numbers.map(n => write(Number(n))))
    const message = await refusal(read(content))
    expect(message).toContain('readColumns: table.csv, row 2: x must be a number written as 1234.5 is, got ')
    expect(message).toContain(hint)
    expect([...(await read(content, options)).columns[0].values]).toEqual(numbers.map(n => value(Number(n))))
    expect((await read(content, { categorical: ['x'] })).columns[0].kind).toBe('categorical')
  })

  it('reads the minus sign U+2212, which has one meaning', async () => {
    expect([...(await read(cells(['−5', '3', '1e−2']))).columns[0].values]).toEqual([-5, 3, 0.01])
  })

  it('refuses a point in a file of decimal commas, two units, and half groups', async () => {
    expect(await refusal(read('x;y\n1,5;a\n1.5;b\n', { delimiter: ';', decimal: ',' }))).toContain(
      'row 3: x must be',
    )
    expect(await refusal(read('x\n5%\n0.07\n6%\n', { units: ['%'] }))).toContain('row 3: x must be in %')
    expect(await refusal(read(cells(['"1,00"', '"2,00"']), { thousands: ',' }))).toContain('row 2')
    expect(await refusal(read('x,y\n1 2 3,4\n2 3 4,5\n'))).toContain('--delimiter')
  })

  it('refuses a notation that cannot be', async () => {
    expect(await refusal(read('x\n1\n', { thousands: '.' }))).toContain('thousands and decimal must differ')
    expect(await refusal(read('x\n1\n', { thousands: '-' }))).toContain('thousands must be one of')
    expect(await refusal(read('x\n1\n', { decimal: ';' as ',' }))).toContain('decimal must be')
    expect(await refusal(read('x\n1\n', { units: ['5'] }))).toContain('units must be')
  })
})

test.each([
  '07:30',
  '7:30:15 pm',
  '2024-01-31',
  '31.01.2024',
  '1/31/24',
  '2024-01-31T07:30:00Z',
  '2024-01',
  '31 Jan 2024',
  'January 31, 2024',
  '2024-01-31 07:30:00.5+01:00',
])('the time %s is refused unless categories are asked for', async text => {
  const content = cells(Array.from({ length: 9 }, () => `"${text}"`))
  expect(await refusal(read(content))).toContain(
    `row 2: x must be numbers or categories, got the time "${text}" (say --categorical x for categories`,
  )
  expect((await read(content, { categorical: ['x'] })).columns[0].values[0]).toBe(text)
})

test.each(['1st', '3 rooms', 'A12', '4WD', '1.2.3', '10-20', '<18', 'May', 'march', 'a 2020-01-01 b'])(
  'the category %s stays one',
  async text => {
    const { columns } = await read(cells([text, 'other', text]))
    expect(columns[0].values).toEqual([text, 'other', text])
  },
)

test('dates of Parquet are categories where that is asked for', async () => {
  parquetWriteFile({
    filename: at('dates.parquet'),
    columnData: [{ name: 't', data: [new Date(0)], type: 'TIMESTAMP' }],
  })
  expect(await refusal(readColumns(at('dates.parquet')))).toContain('got a date (say --categorical')
  const { columns } = await readColumns(at('dates.parquet'), { categorical: ['t'] })
  expect(columns[0].values).toEqual(['1970-01-01T00:00:00.000Z'])
})

describe('another delimiter', () => {
  it.each([
    [';', "';'", 'table.csv'],
    ['\t', "'\\t'", 'table.csv'],
    ['|', "'|'", 'table.csv'],
    [',', "','", 'table.tsv'],
  ])('%j is named with the option that mends it', async (separator, option, name) => {
    const content = `${['"a"', 'b', 'c'].join(separator)}\n${[1, 2, 3].join(separator)}\n`
    expect(await refusal(read(content, {}, name))).toMatch(
      /row 1: must have columns with .* between them, got a header/,
    )
    expect(await refusal(read(content, {}, name))).toContain(`(say --delimiter ${option})`)
    expect((await read(content, { delimiter: separator, quotes: 'fields' }, name)).columns).toHaveLength(3)
  })

  it('is none in a name in quotes, or where the delimiter is given', async () => {
    expect((await read('"a;b"\n1\n')).columns[0].name).toBe('a;b')
    expect((await read('a;b\n1\n', { delimiter: ',' })).columns[0].name).toBe('a;b')
    expect(await refusal(read('a\n1\n', { delimiter: '' }))).toContain('delimiter must be')
  })
})

test('columns of an index are left out and said, unless they are asked for', async () => {
  const table = await read(',Unnamed: 0, x ,\n0,0,5,\n1,1,6,\n')
  expect(table.columns.map(({ name }) => name)).toEqual(['x'])
  expect(table.leftOut?.map(({ name }) => name)).toEqual(['', 'Unnamed: 0', ''])
  expect((await read(',x\n0,5\n1,6\n', { columns: ['', 'x'] })).columns).toHaveLength(2)
  parquetWriteFile({
    filename: at('index.parquet'),
    columnData: [
      { name: 'x', data: [1.5, 2.5] },
      { name: '__index_level_0__', data: [0, 1] },
    ],
  })
  const { columns, leftOut } = await readColumns(at('index.parquet'))
  expect([columns.length, leftOut?.[0].name]).toEqual([1, '__index_level_0__'])
})

describe('encodings', () => {
  it('UTF-16 is recognised by its mark', async () => {
    const text = '\uFEFFgröße,y\n1,2\n'
    const little = Buffer.from(text, 'utf16le')
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      expect((await read(bytes)).columns[0].name).toBe('größe')
    }
  })

  it('Latin-1 is named and read by option', async () => {
    const bytes = Buffer.from('x,c\n1,Zürich\n', 'latin1')
    expect(await refusal(read(bytes))).toBe(
      'readColumns: table.csv, row 2: must be UTF-8 text, got the byte FC that is not; in Latin-1 or Windows-1252 it is "Zü" (--encoding windows-1252)',
    )
    expect((await read(bytes, { encoding: 'latin1' })).columns[1].values).toEqual(['Zürich'])
    expect(await refusal(read(bytes, { encoding: 'klingon' }))).toContain('encoding must be')
  })

  it('UTF-16 without a mark, workbooks and packed files are named', async () => {
    const bytes = Buffer.from('x,y\n1,2\n', 'utf16le')
    expect(await refusal(read(bytes))).toContain('row 1: must be text, got a NUL at byte 1: is it UTF-16')
    expect((await read(bytes, { encoding: 'utf-16le' })).columns).toHaveLength(2)
    expect(await refusal(read(Buffer.from('PK\x03\x04xxxx')))).toContain('a workbook (.xlsx)')
    expect(await refusal(read(Buffer.from('1f8b0800', 'hex')))).toContain('a gzip file')
    expect(await refusal(read('PAR1xxxx'))).toContain('must end in .parquet')
  })

  it('characters that pieces of a file part are whole', async () => {
    const text = `c\n${'ä😀'.repeat(60)}\n`.repeat(6000).replaceAll('\nc\n', '\n')
    const { columns } = await read(text)
    expect(new Set<unknown>(columns[0].values)).toEqual(new Set(['ä😀'.repeat(60)]))
  })
})

describe('quotes', () => {
  const rows = async (content: string, name = 'table.csv', options = {}) => {
    await writeFile(at(name), content)
    return (await readTable('readTable', at(name), options)).rows.map(({ fields }) => fields)
  }

  it('are letters between tabs', async () => {
    const texts = ['a 5" pipe', '"Big" is written here', '"open', 'close"', '"all"']
    const content = `n\ttext\n${texts.map((text, i) => `${i}\t${text}`).join('\n')}\n`
    expect(await rows(content, 'table.tsv')).toEqual(texts.map((text, i) => [String(i), text]))
  })

  it('between tabs are understood where the header has them, refused where they may be either', async () => {
    expect(await rows('"n"\t"text"\n1\t"a ""b""\n\tc"\n', 'table.tsv')).toEqual([['1', 'a "b"\n\tc']])
    const unclear = 'n\ttext\n1\t"a ""b"""\n'
    expect(await refusal(rows(unclear, 'table.tsv'))).toContain('row 2: must have quotes that are letters')
    expect(await rows(unclear, 'table.tsv', { quotes: 'none' })).toEqual([['1', '"a ""b"""']])
    expect(await rows(unclear, 'table.tsv', { quotes: 'fields' })).toEqual([['1', 'a "b"']])
    expect(await refusal(rows('n\ttext\n1\t"a\nb"\n', 'table.tsv'))).toContain(
      'unless you say --quotes fields',
    )
  })

  it('that hold whole rows are refused where they open', async () => {
    const texts = Array.from({ length: 12 }, (_, i) => `caption ${i}`)
      .with(3, '"caption 3')
      .with(8, 'caption 8"')
    const content = `image,text\n${texts.map((text, i) => `${i}.png,${text}`).join('\n')}\n`
    expect(await refusal(rows(content))).toContain(
      'row 5: must have quotes that close in their row, got one that closes in row 10',
    )
    expect(await rows(content, 'table.csv', { quotes: 'none' })).toHaveLength(12)
    expect(await rows(content, 'table.csv', { quotes: 'fields' })).toHaveLength(7)
    const poem = 'image,text\na.png,"Roses, red\nviolets, blue"\nb.png,"x\ny,z"\n'
    expect(await rows(poem)).toHaveLength(2)
  })

  it('that never close are found before the file is in memory, and so are endless rows', async () => {
    const line = 'b.png,caption\n'
    const content = `image,text\na.png,"open\n${line.repeat(200_000)}`
    expect(await refusal(rows(content))).toBe(
      'readTable: table.csv, row 2: must have fields of at most 1048576 characters, got a longer one: a quote opens here and does not close',
    )
    expect(await refusal(rows(`x,y\n1,${'z'.repeat(3e6)}`))).toContain('row 2: must have fields of at most')
    expect(await refusal(rows('x,y\n1,"a" b\n'))).toContain('Invalid Closing Quote')
  })
})
