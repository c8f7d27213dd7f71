import { describeBackends, expectWithin, meanOf } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { key } from './host/key.ts'

const count = 100_000

describeBackends('bernoulli', () => {
  it('tosses coins of the given probability', () => {
    const coins = bernoulli(key(9), [count], 0.3)
    expect(coins.dtype).toBe('bool')
    expectWithin(meanOf(coins.dataSync()), 0.3, Math.sqrt(0.21 / count))
    expect(Math.max(...bernoulli(key(9), [100], 0).dataSync())).toBe(0)
    expect(Math.min(...bernoulli(key(9), [100], 1).dataSync())).toBe(1)
    expect(() => bernoulli(key(9), [1], 1.5)).toThrow(/probability must be a number from 0 to 1, got 1.5/)
  })
})
