import { expect, test } from 'vitest'
import { extensionCounts } from './extension-counts.ts'

test('counts files by extension, those without one and hidden ones last', () => {
  const names = ['a/.DS_Store', 'a/README', 'a/b.HEIC', 'c.heic', 'x.y/z', 'n.txt', '._c.png', '.git/']
  expect(extensionCounts(names)).toBe('2 .heic, 1 .txt, 2 without an extension, 3 hidden')
  expect(extensionCounts([])).toBe('')
})
