import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { listImages, listLabelledImages } from './list-images.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-list-'))
  await mkdir(join(folder, 'birds/small'), { recursive: true })
  await mkdir(join(folder, 'Zebras'))
  const names = [
    'birds/b.PNG',
    'birds/a.jpg',
    'birds/small/é.webp',
    'Zebras/z.png',
    'birds/note.txt',
    'birds/.x.png',
  ]
  for (const name of [...names, 'birds/\u{1F600}.png', 'birds/\uFFFD.png'])
    await writeFile(join(folder, name), 'bytes')
})
afterAll(() => rm(folder, { recursive: true }))

const names = async (...args: Parameters<typeof listImages>) =>
  (await listImages(...args)).map(({ name }) => name)

test('pictures come in bytewise order of their relative paths; other files and dot files do not', async () => {
  // U+FFFD is EF BF BD and U+1F600 is F0 9F 98 80 in UTF-8; in UTF-16 they would sort the other way.
  const expected = [
    'Zebras/z.png',
    'birds/a.jpg',
    'birds/b.PNG',
    'birds/small/é.webp',
    'birds/\uFFFD.png',
    'birds/\u{1F600}.png',
  ]
  expect(await names(folder)).toEqual(expected)
  expect((await listImages(folder))[0]).toEqual({ image: join(folder, 'Zebras/z.png'), name: 'Zebras/z.png' })
})

test('extensions and recursive are taken into account', async () => {
  expect(await names(folder, { extensions: ['.TXT', '.jpg'] })).toEqual(['birds/a.jpg', 'birds/note.txt'])
  expect(await names(join(folder, 'birds'), { recursive: false, extensions: ['.jpg', '.webp'] })).toEqual([
    'a.jpg',
  ])
})

test('labels are the first sub-folders', async () => {
  const labels = (await listImages(folder, { labels: true })).map(({ label }) => label)
  expect(labels).toEqual(['Zebras', 'birds', 'birds', 'birds', 'birds', 'birds'])
  const outside = listImages(join(folder, 'birds'), { labels: true })
  await expect(outside).rejects.toThrow(/a\.jpg: must lie in a sub-folder, whose name is its label/)
  await expect(outside).rejects.toMatchObject({ code: 'data' })
})

test('a folder without pictures, no folder and a file are errors that name it', async () => {
  const empty = join(folder, 'birds/empty')
  await mkdir(empty)
  await expect(listImages(empty)).rejects.toThrow(`listImages: ${empty}: must have pictures (.png, .jpg`)
  await expect(listImages(join(folder, 'none'))).rejects.toThrow(/none must exist, got nothing of that name/)
  await expect(listImages(join(folder, 'birds/a.jpg'))).rejects.toThrow(/must be a folder, got a file/)
})

test('files that are no pictures are told, by name', async () => {
  const told: (readonly string[])[] = []
  await listImages(folder, { onOthers: names => told.push(names) })
  await listImages(join(folder, 'Zebras'), { onOthers: names => told.push(names) })
  expect(told).toEqual([['birds/.x.png', 'birds/note.txt']])
  const others = join(folder, 'birds/others')
  await mkdir(others)
  for (const name of ['a.heic', 'b.HEIC', 'c.pdf', 'd']) await writeFile(join(others, name), 'x')
  const listing = listImages(others)
  await expect(listing).rejects.toThrow('got other files only: 2 .heic, 1 .pdf, 1 without an extension')
})

test('a picture without an extension is known by its first bytes', async () => {
  const bare = join(folder, 'birds/bare')
  await mkdir(bare)
  await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toFile(join(bare, '1'))
  for (const name of ['LICENSE', 'empty'])
    await writeFile(join(bare, name), name === 'empty' ? '' : 'P is for')
  for (const name of ['2.jfif', '3.BMP', '4.ppm']) await writeFile(join(bare, name), 'bytes')
  expect(await names(bare)).toEqual(['1', '2.jfif', '3.BMP', '4.ppm'])
  await expect(names(bare, { extensions: ['.png'] })).rejects.toThrow(/3 without an extension/)
  await rm(bare, { recursive: true })
})

test('a class without pictures is an error that names it', async () => {
  const classes = join(folder, 'classes')
  for (const name of ['bird', 'cat', 'dog']) await mkdir(join(classes, name), { recursive: true })
  await writeFile(join(classes, 'bird/a.png'), 'bytes')
  await writeFile(join(classes, 'cat/a.heic'), 'bytes')
  const labelled = listLabelledImages(classes)
  const message =
    /each sub-folder is a class and must .*, got cat with other files only: 1 \.heic; dog with none$/
  await expect(labelled).rejects.toThrow(message)
  await expect(listImages(classes, { labels: true })).rejects.toThrow(message)
  expect(await names(classes)).toEqual(['bird/a.png'])
  await rm(classes, { recursive: true })
})

test('labelled pictures have a number for each sub-folder', async () => {
  const { images, labels, classNames } = await listLabelledImages(folder)
  expect(classNames).toEqual(['Zebras', 'birds'])
  expect([...labels]).toEqual([0, 1, 1, 1, 1, 1])
  expect(images.map(({ label }) => label)).toEqual([...labels].map(label => classNames[label]))
  await expect(listLabelledImages(join(folder, 'birds'))).rejects.toThrow(/listLabelledImages: .*a\.jpg/)
})

const links = test.skipIf(process.platform === 'win32')

links('links are followed inside the folder, loops end, broken ones are errors', async () => {
  const linked = join(folder, 'linked')
  await mkdir(join(linked, 'deep'), { recursive: true })
  await writeFile(join(linked, 'deep/one.png'), 'bytes')
  await symlink(linked, join(linked, 'deep/loop'))
  await symlink('loop', join(linked, 'self'))
  await symlink('deep/one.png', join(linked, 'two.png'))
  await symlink('nowhere', join(linked, 'broken'))
  // A folder comes by its own name, though the link's is before it.
  await symlink('deep', join(linked, 'a'))
  expect(await names(linked)).toEqual(['deep/one.png', 'two.png'])
  expect(await names(join(linked, 'deep/loop'))).toEqual(['deep/one.png', 'two.png'])
  await symlink('nowhere.png', join(linked, 'broken.png'))
  await expect(listImages(linked)).rejects.toThrow(/broken\.png must exist/)
})

links('a link that leads out is an error unless it is allowed', async () => {
  const linked = join(folder, 'outwards')
  await mkdir(linked)
  await writeFile(join(linked, 'one.png'), 'bytes')
  await symlink(join(folder, 'Zebras'), join(linked, 'other'))
  await expect(listImages(linked)).rejects.toThrow(/other: must not lead out of .*outwards/)
  await expect(listImages(linked)).rejects.toMatchObject({ code: 'data' })
  expect(await names(linked, { links: 'anywhere' })).toEqual(['one.png', 'other/z.png'])
  expect(await names(linked, { recursive: false })).toEqual(['one.png'])
  await rm(join(linked, 'other'))
  await symlink(join(folder, 'Zebras/z.png'), join(linked, 'z.png'))
  await expect(listImages(linked)).rejects.toThrow(/z\.png: must not lead out/)
})

links(
  'bad links are all named at once, or told and left out; other files and links are told as such',
  async () => {
    const linked = join(folder, 'bad-links')
    await mkdir(join(linked, '.hidden'), { recursive: true })
    for (const name of ['one.png', 'notes.txt', '.hidden/x.png']) await writeFile(join(linked, name), 'bytes')
    await symlink('nowhere', join(linked, 'gone.png'))
    await symlink('nowhere', join(linked, 'gone'))
    await symlink(join(folder, 'Zebras'), join(linked, 'out'))
    await symlink(join(folder, 'Zebras/z.png'), join(linked, 'out-without'))
    await expect(listImages(linked)).rejects.toThrow(
      /^listImages: 2 pictures can't be used: .*gone\.png must exist, .*; .*out: must not lead out of/,
    )
    const bad: BadPicture[] = []
    const others: string[] = []
    const options = {
      onBad: (one: BadPicture) => bad.push(one),
      onOthers: (all: readonly string[]) => others.push(...all),
    }
    expect(await names(linked, options)).toEqual(['one.png'])
    expect(bad.map(({ picture }) => picture)).toEqual([join(linked, 'gone.png'), join(linked, 'out')])
    expect(others).toEqual(['.hidden/', 'gone', 'notes.txt', 'out-without'])
  },
)

test.skipIf(process.platform !== 'linux')(
  'names that are no UTF-8 are bad, of pictures and of folders',
  async () => {
    const old = join(folder, 'old')
    await mkdir(old)
    await writeFile(join(old, 'one.png'), 'bytes')
    const latin = (name: string) => Buffer.concat([Buffer.from(`${old}/`), Buffer.from(name, 'latin1')])
    await writeFile(latin('Gr\xf6\xdfe.png'), 'bytes')
    await mkdir(latin('M\xf6bel'))
    const bad: string[] = []
    expect(await names(old, { onBad: ({ problem }) => bad.push(problem) })).toEqual(['one.png'])
    expect(bad.map(problem => problem.slice(old.length + 1))).toEqual([
      'Gr\uFFFD\uFFFDe.png: its name must be UTF-8, got other bytes; rename it',
      'M\uFFFDbel: its name must be UTF-8, got other bytes; rename it',
    ])
  },
)

links('folders that all link to each other are read once each', async () => {
  const web = join(folder, 'web')
  const count = 12
  for (let i = 0; i < count; i++) await mkdir(join(web, String(i)), { recursive: true })
  for (let i = 0; i < count; i++) {
    await writeFile(join(web, String(i), 'x.png'), 'bytes')
    for (let k = 0; k < count; k++) await symlink(join(web, String(k)), join(web, String(i), `to${k}`))
  }
  // Along every path there would be 12! of them.
  expect(await names(web)).toHaveLength(count)
})
