import { expect, test } from 'vitest'
import { describeOthers, extensionCounts } from './extension-counts.ts'

test('counts files by extension, those without one and hidden ones last', () => {
  const names = ['a/.DS_Store', 'a/README', 'a/b.HEIC', 'c.heic', 'x.y/z', 'n.txt', '._c.png', '.git/']
  expect(extensionCounts(names)).toBe('2 .heic, 1 .txt, 2 without an extension, 3 hidden')
  expect(extensionCounts([])).toBe('')
})

test('says how many files are no pictures', () => {
  expect(describeOthers(['a.heic', 'b.HEIC', 'c.txt'])).toBe('3 files that are no pictures (2 .heic, 1 .txt)')
  expect(describeOthers(['a/README'])).toBe('1 file that is no picture (1 without an extension)')
})
