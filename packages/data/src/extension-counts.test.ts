import { expect, test } from 'vitest'
import { extensionCounts } from './extension-counts.ts'

test('counts files by extension, those without one last', () => {
  const names = ['a/README', 'a/b.HEIC', 'c.heic', 'x.y/z', 'n.txt', '.hidden']
  expect(extensionCounts(names)).toBe('2 .heic, 1 .txt, 3 without an extension')
  expect(extensionCounts([])).toBe('')
})
