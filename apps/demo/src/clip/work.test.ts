import { expect, it } from 'vitest'
import { otherData } from './work.ts'

const fingerprint = { words: 'a', drawings: 'b' }
const own = { pairs: 'the CLIP lab’s emoji', images: '' }
const words = (source: unknown, data?: Record<string, string>) =>
  otherData({ config: { source } as Record<string, unknown>, data }, { fingerprint })

it('goes on with a run over these emoji alone', () => {
  expect(words(own, fingerprint)).toBeUndefined()
  // Runs of before kept nothing that tells their data.
  expect(words(own)).toBeUndefined()
  expect(words(own, { words: 'a', drawings: 'c' })).toBe(
    'The emoji of this page are not those of the run (drawings (c, now b)): it looks at them and isn’t trained on them.',
  )
  expect(words({ pairs: '/pairs.csv' }, fingerprint)).toMatch(
    /^This run was trained on pairs that are not in its file/,
  )
  expect(words(undefined)).toMatch(/^This run was trained on pairs/)
})
