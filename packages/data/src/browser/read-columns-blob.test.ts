import { File } from 'node:buffer'
import { expect, test } from 'vitest'
import { readColumnsBlob } from './read-columns-blob.ts'

const blob = (content: string | Uint8Array, name = 'people.csv') =>
  new File([content as string], name) as unknown as Blob
const numbersOf = async (content: string | Uint8Array) => {
  const { columns } = await readColumnsBlob(blob(content))
  return Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]))
}

const utf16 = (text: string, bigEndian = false) => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return new Uint8Array(bigEndian ? bytes.swap16() : bytes)
}

test('takes the delimiter of the header, UTF-16 and byte order marks', async () => {
  const expected = { x: [1, -2.5], größe: [170, 180] }
  for (const delimiter of [',', ';', '\t', '|']) {
    const text = `x,größe\r\n1,170\r\n-2.5,180\r\n`.replaceAll(',', delimiter)
    for (const bytes of [text, `\uFEFF${text}`, utf16(text), utf16(text, true)]) {
      expect(await numbersOf(bytes), delimiter).toEqual(expected)
    }
  }
})

test('tells how much it has read', async () => {
  const rows = '1,2\n'.repeat(50_000)
  const told: number[] = []
  const { rowCount } = await readColumnsBlob(new File(['a,b\n', rows, rows], 'a.csv') as unknown as Blob, {
    onProgress: read => void told.push(read),
  })
  expect(rowCount).toBe(100_000)
  expect(told.length).toBeGreaterThan(1)
  expect(told.at(-1)).toBe(4 + 2 * rows.length)
})

test.each([
  ['', 'people.csv: must be a table, got an empty file'],
  ['a,b\n', 'people.csv: must have rows, got a header only'],
  ['a,b\n1,2\n3\n', 'people.csv, row 3: must have 2 columns, as the header has, got 1'],
  ['a,b\n1,2\n3,x\n4,5\n', 'people.csv, row 3: b must be a number as most of its cells are, got "x"'],
  ['a,b\n1,2\n3,\n', 'people.csv, row 3: b must have a value, got ""'],
  ['a;b\n1,5;2\n2,5;3\n', 'people.csv, row 2: a must be a number written as 1234.5 is, got "1,5"'],
  [Buffer.from('a\0,\0b\0', 'latin1'), 'people.csv, row 1: must be text, got a NUL'],
  [Buffer.from('gr\xf6sse,b\n1,2\n', 'latin1'), 'people.csv, row 1: must be UTF-8 text, got'],
  [Buffer.from('PK\x03\x04'), 'people.csv, row 1: must be text, got a zip file or a workbook (.xlsx)'],
])('names what is wrong: %j', async (content, message) => {
  await expect(readColumnsBlob(blob(content))).rejects.toThrow(`readColumnsBlob: ${message}`)
})

test('a file that can not be read is named', async () => {
  const gone = {
    name: 'gone.csv',
    stream: () => new ReadableStream({ pull: controller => controller.error(new Error('It was moved.')) }),
  } as unknown as Blob
  await expect(readColumnsBlob(gone)).rejects.toThrow(
    'readColumnsBlob: gone.csv: must be a file that can be read, got It was moved.',
  )
})

test('an encoding that is said is taken', async () => {
  const { columns } = await readColumnsBlob(blob(Buffer.from('gr\xf6sse,b\n1,2\n', 'latin1')), {
    encoding: 'windows-1252',
  })
  expect(columns.map(({ name }) => name)).toEqual(['grösse', 'b'])
})
