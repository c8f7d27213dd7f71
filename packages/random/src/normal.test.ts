import { describeBackends } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { key } from './host/key.ts'
import { normalValues } from './host/normal-values.ts'
import { normal } from './normal.ts'

describeBackends('normal', () => {
  it('holds the host’s values bit for bit', () => {
    expect(normal(key(1), [5]).dataSync()).toEqual(normalValues(key(1), 5))
  })
  it.each([0, 1, 2, 3, 15, 16, 17, 31, 33, 1001, 40_003])(
    'holds %i of the host’s values bit for bit',
    count => {
      for (const seed of [1, 2 ** 40 + 7]) {
        const on = normal(key(seed), [count]).dataSync()
        expect(on).toEqual(normalValues(key(seed), count))
      }
    },
  )
})
