import { describeBackends } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { integerValues } from './host/integer-values.ts'
import { key } from './host/key.ts'
import { integers } from './integers.ts'

describeBackends('integers', () => {
  it('holds the host’s values bit for bit', () => {
    const i = integers(key(1), [3, 2], { maximum: 10 })
    expect(i.dtype).toBe('int32')
    expect(i.dataSync()).toEqual(integerValues(key(1), 6, { maximum: 10 }))
  })
})
