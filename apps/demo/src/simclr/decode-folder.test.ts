import { expect, test } from 'vitest'
import { classesOf, decodeFolder, evenly } from './decode-folder.ts'

test('sub-folders are classes where all pictures lie in one', () => {
  const files = ['dogs', 'cats', 'dogs'].map(label => ({ label }))
  expect(classesOf(files)).toEqual({ labels: Int32Array.of(1, 0, 1), classes: ['cats', 'dogs'] })
  expect(classesOf([...files, {}])).toEqual({})
  expect(classesOf([{ label: 'dogs' }, { label: 'dogs' }])).toEqual({})
})

test('of too many an even part is taken', () => {
  expect(evenly([1, 2, 3], 3)).toEqual([1, 2, 3])
  expect(evenly([0, 1, 2, 3, 4, 5], 3)).toEqual([0, 2, 4])
})

test('a folder without pictures, and one of too few, are refused in words', async () => {
  const file = (path: string) => ({ path, file: new File(['words'], path.split('/').at(-1) ?? '') })
  const options = { shape: [8, 8, 3] } as const
  await expect(decodeFolder([file('a/notes.txt')], options)).rejects.toThrow(
    'no pictures (PNG, JPEG, WebP or GIF)',
  )
  await expect(decodeFolder([file('a/cats/one.png')], options)).rejects.toThrow(
    /0 pictures that can be decoded, 16 are needed\. 1 could not be decoded and was left out: cats\/one\.png/,
  )
})
