import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { replaceFile } from './write-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-write-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('replaces a file as a whole, or leaves it and nothing beside it', async () => {
  const file = join(folder, 'a.txt')
  await replaceFile(file, partial => writeFile(partial, 'old'))
  const failing = replaceFile(file, async partial => {
    await writeFile(partial, 'half')
    throw new Error('the disk is full')
  })
  await expect(failing).rejects.toThrow('the disk is full')
  expect(await readdir(folder)).toEqual(['a.txt'])
  expect(await readFile(file, 'utf8')).toBe('old')
})

it('takes the new file along where the process ends before it has its name', async () => {
  const file = join(folder, 'a.txt')
  const before = process.listeners('exit')
  await replaceFile(file, async partial => {
    await writeFile(partial, 'half')
    const [ending, ...others] = process.listeners('exit').filter(one => !before.includes(one))
    expect(others).toEqual([])
    // As the process would call it.
    ending.call(process, 0)
    expect(await readdir(folder)).toEqual([])
    await writeFile(partial, 'whole')
  })
  expect(await readFile(file, 'utf8')).toBe('whole')
  expect(process.listeners('exit')).toEqual(before)
})
