import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkFingerprint, fingerprintOfFiles } from './fingerprint.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-fingerprint-'))
})
afterEach(() => rm(folder, { recursive: true }))

const of = (...names: string[]) => fingerprintOfFiles(names.map(name => ({ path: join(folder, name), name })))

it('tells files by names, sizes and contents, those that are missing among them', async () => {
  await writeFile(join(folder, 'a'), 'aa')
  const before = await of('a', 'none')
  expect(await of('a', 'none')).toEqual(before)
  await writeFile(join(folder, 'none'), '')
  expect(await of('a', 'none')).not.toEqual(before)
  const { contents, ...others } = await of('a')
  await writeFile(join(folder, 'a'), 'ab')
  const flipped = await of('a')
  expect(flipped).toMatchObject(others)
  expect(flipped.contents).not.toBe(contents)
  expect(() => checkFingerprint('run', { ...others, contents }, flipped)).toThrow(/have changed: contents \(/)
  // A run of before, which has none.
  checkFingerprint('run', others, flipped)
})

it('does not take a file for missing that the system refuses to look at', async () => {
  // As it would be with a disk that fails.
  await expect(of('a'.repeat(300))).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
  // A link to itself leads to no file: a picture that is left out as bad.
  await symlink('a', join(folder, 'a'))
  await expect(of('a')).resolves.toMatchObject({ files: 1 })
})
