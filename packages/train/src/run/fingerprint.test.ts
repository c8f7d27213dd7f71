import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { changedData, digest } from './fingerprint.ts'

it('is the SHA-256 of the parts with a NUL after each', () => {
  const expected = createHash('sha256')
    .update('grün\0')
    .update(Uint8Array.of(1, 0, 0))
    .digest('hex')
    .slice(0, 24)
  expect(digest(['grün', Uint8Array.of(1, 0)])).toBe(expected)
  expect(digest(['a', 'b'])).not.toBe(digest(['ab']))
})

it('says what has changed, and nothing where nothing is known', () => {
  expect(changedData({ rows: 400, columns: 'x' }, { rows: 380, columns: 'x', kinds: 'n' })).toBe(
    'rows (400, now 380); kinds (none, now n)',
  )
  expect(changedData({ rows: 4 }, { rows: 4 })).toBeUndefined()
  expect(changedData(undefined, { rows: 4 })).toBeUndefined()
})
