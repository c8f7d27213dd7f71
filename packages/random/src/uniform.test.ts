import { describeBackends } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { key } from './host/key.ts'
import { uniformValues } from './host/uniform-values.ts'
import { uniform } from './uniform.ts'

describeBackends('uniform', () => {
  it('holds the host’s values bit for bit', () => {
    const u = uniform(key(1), [2, 3], { maximum: 4 })
    expect(u.shape).toEqual([2, 3])
    expect(u.dataSync()).toEqual(uniformValues(key(1), 6, { maximum: 4 }))
    expect(() => uniform(key(1), [2.5])).toThrow(
      /uniform: shape\[0\] must be an integer of at least 0, got 2\.5/,
    )
  })
  it.each([0, 1, 2, 3, 15, 16, 17, 31, 33, 1001, 40_003])(
    'holds %i of the host’s values bit for bit',
    count => {
      for (const seed of [1, 2 ** 40 + 7]) {
        const on = uniform(key(seed), [count]).dataSync()
        expect(on).toEqual(uniformValues(key(seed), count))
      }
    },
  )
})
