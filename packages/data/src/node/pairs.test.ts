import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { type ReadPairsOptions, readPairs } from './read-pairs.ts'
import { type PairRow, writePairs } from './write-pairs.ts'

let folder: string
let images: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-pairs-'))
  images = join(folder, 'pictures')
  await mkdir(join(images, 'sub'), { recursive: true })
  // Tables are checked without decoding, so any bytes do for a picture.
  for (const name of ['a.png', 'b.png', 'sub/c, d.png']) await writeFile(join(images, name), 'bytes')
  await writeFile(join(folder, 'secret.png'), 'bytes')
})
afterAll(() => rm(folder, { recursive: true }))

let tables = 0
async function table(content: string | Uint8Array, extension = '.csv'): Promise<string> {
  const file = join(folder, `table-${tables++}${extension}`)
  await writeFile(file, content)
  return file
}

async function failure(file: string, options: Partial<ReadPairsOptions> = {}): Promise<ChiaroError> {
  const error = await readPairs(file, { images, ...options }).catch(e => e)
  expect(error).toBeInstanceOf(ChiaroError)
  expect(error.code).toBe('data')
  return error
}

test('reads pairs with paths, captions as they stand, and rows as an editor counts', async () => {
  const file = await table(
    '\uFEFFimage,note,text\r\n\r\na.png,x,"Two\r\nlines"\r\nb.png,y, plain \r\n"sub/c, d.png",,"say ""hi"""',
  )
  expect(await readPairs(file, { images, extraColumns: ['note'] })).toEqual([
    { image: join(images, 'a.png'), text: 'Two\r\nlines', file, row: 3, extra: { note: 'x' } },
    { image: join(images, 'b.png'), text: ' plain ', file, row: 5, extra: { note: 'y' } },
    { image: join(images, 'sub/c, d.png'), text: 'say "hi"', file, row: 6, extra: { note: '' } },
  ])
})

test('a picture may have several captions, and columns other names', async () => {
  const file = await table('caption\tpath\nOne, two\ta.png\nThree\ta.png\n', '.tsv')
  const pairs = await readPairs(file, { images, imageColumn: 'path', textColumn: 'caption' })
  expect(pairs.map(({ image, text, row }) => [image, text, row])).toEqual([
    [join(images, 'a.png'), 'One, two', 2],
    [join(images, 'a.png'), 'Three', 3],
  ])
})

test('another delimiter can be given', async () => {
  const file = await table('image;text\na.png;x, y\n', '.txt')
  expect((await readPairs(file, { images, delimiter: ';' }))[0].text).toBe('x, y')
})

test('every row’s line is right, whatever line ends, blank lines and quoted line ends come before it', async () => {
  const lineEnd = fc.constantFrom('\n', '\r\n')
  const record = fc.record({
    text: fc.array(fc.constantFrom('x', '\n', '\r\n', '"', ','), { minLength: 1 }),
    blank: fc.nat(2),
  })
  await fc.assert(
    fc.asyncProperty(lineEnd, fc.array(record, { minLength: 1, maxLength: 8 }), async (end, all) => {
      let content = `image,text${end}`
      const rows: number[] = []
      for (const { text, blank } of all) {
        content += end.repeat(blank)
        // As an editor counts: one line more than there are line ends before it.
        rows.push(1 + (content.match(/\r\n|\n/g) ?? []).length)
        content += `a.png,"t${text.join('').replaceAll('"', '""')}"${end}`
      }
      const pairs = await readPairs(await table(content), { images })
      expect(pairs.map(({ row }) => row)).toEqual(rows)
      expect(pairs.map(({ text }) => text)).toEqual(all.map(({ text }) => `t${text.join('')}`))
    }),
    { numRuns: 60 },
  )
})

test('no such file, and a folder in its place', async () => {
  const missing = join(folder, 'missing.csv')
  expect((await failure(missing)).message).toBe(
    `readPairs: ${missing}: ${missing} must exist, got nothing of that name`,
  )
  expect((await failure(images)).message).toMatch(/pictures must be a file, got a folder/)
})

test.each<[string, string | Uint8Array, number | undefined, RegExp]>([
  ['an empty file', '', undefined, /must be a table, got an empty file/],
  ['a file of blank lines', '\n\r\n\n', undefined, /must be a table, got an empty file/],
  ['a file of a byte order mark', '\uFEFF', undefined, /must be a table, got an empty file/],
  ['a header only', 'image,text\n', undefined, /must have rows, got a header only/],
  [
    'an unknown column',
    'image,caption\na.png,x\n',
    undefined,
    /must have a column text, got image, caption$/,
  ],
  ['a column name that comes twice', 'image,text,text\na.png,x,y\n', 1, /must differ, got text twice/],
  ['a column too few', 'image,text\na.png,x\nb.png\n', 3, /must have 2 columns, as the header has, got 1/],
  ['a column too many', 'image,text\n"a.png","x\ny"\nb.png,x,y\n', 4, /must have 2 columns.*got 3/],
  ['an empty caption', 'image,text\na.png,x\nb.png,\n', 3, /text must be a caption, got an empty one/],
  ['a caption of white space', 'image,text\na.png," \t"\n', 2, /text must be a caption, got an empty one/],
  ['an empty picture path', 'image,text\n,x\n', 2, /image must be a picture's path, got an empty one/],
  [
    'a quote that never ends',
    'image,text\na.png,x\n\nb.png,"y\nz\n',
    4,
    /must be well-formed, got Quote Not Closed/,
  ],
  [
    'a quote within a field',
    'image,text\na.png,x "y" z\n',
    2,
    /must be well-formed, got Invalid Opening Quote/,
  ],
  ['Latin-1 text', Buffer.from('image,text\na.png,ok\nb.png,caf\xE9\n', 'latin1'), 3, /must be UTF-8/],
  [
    'UTF-16 text without a mark',
    Buffer.from('image,text\n', 'utf16le'),
    1,
    /must be text, got a NUL at byte 1: is it UTF-16/,
  ],
  ['a NUL', 'image,text\na.png,ok\nb.png,o\0k\n', 3, /must be text, got a NUL at byte 27/],
  [
    'a missing picture',
    'image,text\na.png,x\n\nnone.png,y\n',
    4,
    /none\.png must exist, got nothing of that name/,
  ],
  ['a picture path through a file', 'image,text\na.png/b.png,x\n', 2, /must exist/],
  ['a folder for a picture', 'image,text\nsub,x\n', 2, /sub must be a file, got a folder/],
  ['the image folder itself', 'image,text\n.,x\n', 2, /must be a path within the image folder, got \.$/],
  [
    'a path out of the folder',
    'image,text\n../secret.png,x\n',
    2,
    /within the image folder, got \.\.\/secret/,
  ],
  ['a path out by a detour', 'image,text\nsub/../../secret.png,x\n', 2, /within the image folder/],
  ['an absolute path', 'image,text\n/etc/hostname,x\n', 2, /within the image folder, got \/etc\/hostname/],
  ['an absolute Windows path', 'image,text\nC:\\x.png,x\n', 2, /within the image folder/],
])('%s is an error that names file and row', async (_, content, row, message) => {
  const file = await table(content)
  const error = await failure(file)
  const place = row === undefined ? `readPairs: ${file}: ` : `readPairs: ${file}, row ${row}: `
  expect(error.message.slice(0, place.length)).toBe(place)
  expect(error.message).toMatch(message)
})

test('pictures are found by the names that people’s tables have', async () => {
  await writeFile(join(images, 'caf\u00e9.png'), 'bytes')
  await writeFile(join(images, 'sub/nai\u0308ve.png'), 'bytes')
  const names: [string, string][] = [
    [join(images, 'sub/../a.png'), 'a.png'],
    [' a.png\t', 'a.png'],
    ['sub\\c, d.png', 'sub/c, d.png'],
    ['../pictures/b.png', 'b.png'],
  ]
  // Where the file system tells them apart, the name is the folder's; where not, either is.
  for (const [written, found] of [
    ['cafe\u0301.png', 'caf\u00e9.png'],
    ['sub/na\u00efve.png ', 'sub/nai\u0308ve.png'],
  ]) {
    const file = await table(`image,text\n${written},x\n`)
    expect((await readPairs(file, { images }))[0].image.normalize('NFC')).toBe(
      join(images, found).normalize('NFC'),
    )
  }
  for (const [written, found] of names) {
    const file = await table(`image,text\n"${written}",x\n`)
    expect((await readPairs(file, { images }))[0].image).toBe(join(images, found))
  }
})

test('another case of a column name is named', async () => {
  const other = await failure(await table('Image,TEXT\na.png,x\n'))
  expect(other.message).toMatch(/must have a column image, got Image, TEXT/)
})

test('all pictures that are not there are named at once, or told and left out', async () => {
  const file = await table('image,text\nnone.png,x\na.png,y\n../secret.png,z\nnone.png,again\n')
  const { message } = await failure(file)
  expect(message).toMatch(
    /: 2 pictures can't be used: .*row 2: .*none\.png must exist.*; .*row 4: image must be/,
  )
  const told: BadPicture[] = []
  const pairs = await readPairs(file, { images, onBad: bad => told.push(bad) })
  expect(pairs.map(({ text, row }) => [text, row])).toEqual([['y', 3]])
  expect(told).toMatchObject([
    { picture: 'none.png', row: 2 },
    { picture: '../secret.png', row: 4 },
  ])
  const none = readPairs(await table('image,text\nnone.png,x\n'), { images, onBad: () => {} })
  await expect(none).rejects.toThrow(/none\.png must exist/)
})

test('a name of another case, or with per cent codes, is refused with the one that is there', async () => {
  await writeFile(join(images, 'sub/two words.png'), 'bytes')
  for (const [written, there] of [
    ['sub/two%20words.png', 'sub/two words.png'],
    ['SUB/Two Words.PNG', 'sub/two words.png'],
  ]) {
    const { message } = await failure(await table(`image,text\n${written},x\n`))
    expect(message).toMatch(`must exist, got nothing of that name; there is ${there}`)
  }
})

test('an unknown extra column is refused too', async () => {
  const file = await table('image,text\na.png,x\n')
  expect((await failure(file, { extraColumns: ['tag'] })).message).toMatch(/a column tag, got image, text/)
})

test('of several missing pictures the first row’s is named', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i === 20 || i > 40 ? `none-${i}` : 'a'}.png,x`)
  const file = await table(`image,text\n${rows.join('\n')}\n`)
  for (let i = 0; i < 5; i++) expect((await failure(file)).message).toMatch(/row 22: .*none-20\.png/)
})

test('dots within the folder, and links, are no escape', async () => {
  await symlink(join(folder, 'secret.png'), join(images, 'link.png')).catch(() => undefined)
  const file = await table('image,text\nsub/../a.png,x\n')
  expect((await readPairs(file, { images }))[0].image).toBe(join(images, 'a.png'))
})

test('what writePairs writes, readPairs reads, field by field', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', '"', ',', ';', '\t', '\n', '\r', '\uFEFF', '😀', '=', "'"),
  })
  const row = fc.record({ text: text.filter(t => t.trim() !== ''), tag: text })
  const extension = fc.constantFrom('.csv', '.tsv')
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), extension, async (rows, kind) => {
      const file = join(folder, `round-trip${kind}`)
      const written = rows.map(
        ({ text, tag }): PairRow => ({ image: 'sub/c, d.png', text, extra: { '"tag"': tag } }),
      )
      await writePairs(file, written, { imageColumn: '\uFEFFpath', textColumn: 'a, b' })
      const options = { images, imageColumn: '\uFEFFpath', textColumn: 'a, b', extraColumns: ['"tag"'] }
      const read = await readPairs(file, options)
      expect(read.map(({ text, extra }) => [text, extra['"tag"']])).toEqual(rows.map(r => [r.text, r.tag]))
    }),
    { numRuns: 100 },
  )
})

test('writePairs makes the folder, leaves no part behind and refuses what readPairs would', async () => {
  const file = join(folder, 'new/deep/pairs.csv')
  await writePairs(file, [{ image: 'a.png', text: 'x, "y"' }])
  expect(await readdir(join(folder, 'new/deep'))).toEqual(['pairs.csv'])
  await expect(writePairs(file, [])).rejects.toThrow(/rows must be of length at least 1/)
  await expect(writePairs(file, [{ image: 'a.png', text: ' ' }])).rejects.toThrow(
    /rows\[0\]\.text must be not empty/,
  )
  const uneven = [
    { image: 'a.png', text: 'x', extra: { tag: 't' } },
    { image: 'a.png', text: 'x' },
  ]
  await expect(writePairs(file, uneven)).rejects.toThrow(/rows\[1\]\.extra must be the columns tag/)
  expect((await readPairs(file, { images }))[0].text).toBe('x, "y"')
})
