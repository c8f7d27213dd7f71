import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expandBraces, listShards } from './list-shards.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-shards-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('braces count with their zeros, list, and combine', () => {
  expect(expandBraces('a.tar')).toEqual(['a.tar'])
  expect(expandBraces('s{08..11}.tar')).toEqual(['s08.tar', 's09.tar', 's10.tar', 's11.tar'])
  expect(expandBraces('s{8..10}')).toEqual(['s8', 's9', 's10'])
  expect(expandBraces('s{0..10}').at(-1)).toBe('s10')
  expect(expandBraces('{a,}{0..1}')).toEqual(['a0', 'a1', '0', '1'])
})

test.each(['{', '}', 'a{0..', '{}', '{a}', '{3..1}', '{{0..1}}', '{0..9999999}', '{0..1048575}{0..1}'])(
  '%s is refused',
  pattern => {
    expect(() => expandBraces(pattern)).toThrow(RangeError)
  },
)

test('every shard must be there', async () => {
  for (const name of ['0', '1']) await writeFile(join(folder, `${name}.tar`), '')
  expect(await listShards(join(folder, '{0..1}.tar'))).toEqual([join(folder, '0.tar'), join(folder, '1.tar')])
  await expect(listShards(join(folder, '{0..2}.tar'))).rejects.toThrow(/2\.tar must exist/)
  await mkdir(join(folder, 'x.tar'))
  await expect(listShards(join(folder, 'x.tar'))).rejects.toThrow(/x\.tar: must be a tar file/)
})
