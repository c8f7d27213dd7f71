import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLabels } from './labels.ts'
import type { NamedPictures } from './named-pictures.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-labels-'))
})
afterAll(() => rm(folder, { recursive: true }))

const pictures = (count: number, labels?: Int32Array) => ({ count, labels }) as NamedPictures

test('classes are the numbers that occur: 1…4 need no 0, and a gap no class', async () => {
  const file = join(folder, 'labels.idx')
  await writeFile(file, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 5, 4, 1, 2, 4, 3))
  expect(await readLabels('evaluate', `idx:${file}`, undefined, pictures(5))).toEqual({
    labels: Int32Array.of(3, 0, 1, 3, 2),
    classNames: ['1', '2', '3', '4'],
  })
  expect(await readLabels('evaluate', undefined, undefined, pictures(3, Int32Array.of(10, 2, 10)))).toEqual({
    labels: Int32Array.of(1, 0, 1),
    classNames: ['2', '10'],
  })
})
