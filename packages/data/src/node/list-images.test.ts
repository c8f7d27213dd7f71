import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listImages } from './list-images.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-list-'))
  await mkdir(join(folder, 'birds/small'), { recursive: true })
  await mkdir(join(folder, 'Zebras'))
  await mkdir(join(folder, 'empty'))
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
  const empty = join(folder, 'empty')
  await expect(listImages(empty)).rejects.toThrow(`listImages: ${empty}: must have pictures (.png, .jpg`)
  await expect(listImages(join(folder, 'none'))).rejects.toThrow(/none must exist, got nothing of that name/)
  await expect(listImages(join(folder, 'birds/a.jpg'))).rejects.toThrow(/must be a folder, got a file/)
})

test.skipIf(process.platform === 'win32')(
  'links are followed, loops end, broken ones are errors',
  async () => {
    const linked = join(folder, 'linked')
    await mkdir(join(linked, 'deep'), { recursive: true })
    await writeFile(join(linked, 'one.png'), 'bytes')
    await symlink(linked, join(linked, 'deep/loop'))
    await symlink(join(folder, 'Zebras'), join(linked, 'other'))
    await symlink('nowhere', join(linked, 'broken'))
    expect(await names(linked)).toEqual(['one.png', 'other/z.png'])
    await symlink('nowhere.png', join(linked, 'broken.png'))
    await expect(listImages(linked)).rejects.toThrow(/broken\.png must exist/)
  },
)
