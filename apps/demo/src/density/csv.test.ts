import { describe, expect, it } from 'vitest'
import { numberColumns, pairsOf } from './csv.ts'

const csv = (content: string | Uint8Array, name = 'people.csv') => new File([content as BlobPart], name)

describe('numberColumns', () => {
  it('takes the columns of numbers; what is missing stays missing', async () => {
    const table = await numberColumns(csv('name,a,b,empty\n"one, two",1,2.5,\nthree,,4,\nfour,-3,1e2,\n'))
    expect(table).toEqual({
      file: 'people.csv',
      names: ['a', 'b'],
      columns: [Float64Array.of(1, Number.NaN, -3), Float64Array.of(2.5, 4, 100)],
      others: ['name', 'empty'],
    })
  })

  it('reads semicolons, tabs, UTF-16 and a byte-order mark, and tells how far it is', async () => {
    const told: string[] = []
    await numberColumns(csv('\uFEFFx\ty\r\n1\t2\r\n', 'a.txt'), words => told.push(words))
    expect(told).toEqual(['Reading a.txt: 1 of 1 MB.'])
    expect((await numberColumns(csv('x;y\n1;2\n'))).columns[1]).toEqual(Float64Array.of(2))
    const utf16 = csv(Buffer.from('\uFEFFx,y\n1,2\n', 'utf16le'))
    expect((await numberColumns(utf16)).names).toEqual(['x', 'y'])
  })

  it.each([
    ['a,b\n', 'people.csv: must have rows, got a header only.'],
    [
      'a,b\n1,x\n',
      'people.csv has one column of numbers (a), and two are needed; its first line must name the columns.',
    ],
    [
      'name\nanna\n',
      'people.csv has no column of numbers, and two are needed; its first line must name the columns.',
    ],
    ['a,b\n1,2\n3,4\n5,six\n', 'people.csv, row 4: b must be a number as most of its cells are, got "six".'],
    ['a;b\n1,5;2\n2,5;3\n', 'people.csv, row 2: a must be a number written as 1234.5 is, got "1,5".'],
    ['a,b\n1,2\n3,4,5\n', 'people.csv, row 3: must have 2 columns, as the header has, got 3.'],
    ['a,b\n1,2\n1e39,4\n', 'people.csv, row 3: a must be within ±3.4028234663852886e+38, got 1e+39.'],
    [
      'PK\x03\x04',
      'people.csv, row 1: must be text, got a zip file or a workbook (.xlsx): save the sheet as CSV.',
    ],
  ])('says what is wrong, and where: %j', async (content, message) => {
    await expect(numberColumns(csv(content))).rejects.toMatchObject({ message })
  })

  it('refuses unread what is too large', async () => {
    const huge = Object.defineProperty(csv('', 'huge.csv'), 'size', { value: 300 * 2 ** 20 })
    await expect(numberColumns(huge)).rejects.toThrow('huge.csv must have at most 64 MB, got 300 MB.')
  })
})

it('leaves out the rows without one of the two numbers, and says so', () => {
  const table = {
    file: 'people.csv',
    names: ['a', 'b', 'c'],
    columns: [Float64Array.of(1, Number.NaN, 3), Float64Array.of(4, 5, 6), Float64Array.of(7, 8, Number.NaN)],
    others: ['name'],
  }
  expect(pairsOf(table, 1, 0)).toEqual({
    values: Float32Array.of(4, 1, 6, 3),
    remark: '2 rows of people.csv. Left out: 1 without b or a. No numbers: name.',
  })
  expect(pairsOf({ ...table, others: [] }, 1, 1).remark).toBe('3 rows of people.csv.')
})
