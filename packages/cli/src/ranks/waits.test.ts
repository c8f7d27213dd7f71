import { expect, test } from 'vitest'
import { waitsInWords } from './waits.ts'

test('the longest wait of the last twenty steps is told, and for which rank: that which waits least', () => {
  const words = waitsInWords()
  expect(words([0.1, 0.5, 0.004])).toBe('3 ranks wait 0.50 s a step for rank 2')
  expect(words([0.1, 0.3, 0.004])).toBe('3 ranks wait 0.40 s a step for rank 2')
  for (let step = 3; step < 22; step++) words([1.25, 0, 0.25])
  // Of the first two one is left: .3 in 20 steps.
  expect(words([1.25, 0, 0.25])).toBe('3 ranks wait 1.3 s a step for rank 1')
  expect(waitsInWords()([0.0004, 0.0021])).toBe('2 ranks wait 0.002 s a step for rank 0')
})
