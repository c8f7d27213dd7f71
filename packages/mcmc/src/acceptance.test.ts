import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { acceptance } from './acceptance.ts'

describeBackends('acceptance', () => {
  it('is the share of draws unlike the one before, by chain', () => {
    const draws = [
      [1, 5],
      [1, 6],
      [2, 7],
      [2, 8],
      [2, 8],
    ]
    expectClose(acceptance(draws), [1 / 4, 3 / 4])
    expectClose(acceptance(tf.tensor2d(draws)), [1 / 4, 3 / 4])
  })
  it('takes a move along any axis for one', () => {
    // Chain 0 moves in its second number, chain 1 never.
    const draws = tf.tensor3d([
      [
        [1, 1],
        [3, 3],
      ],
      [
        [1, 2],
        [3, 3],
      ],
      [
        [1, 2],
        [3, 3],
      ],
    ])
    expectClose(acceptance(draws), [1 / 2, 0])
  })
  it('refuses fewer than two draws', () => {
    expect(() => acceptance([[1, 2]])).toThrow(/^acceptance: draws must be at least two a chain, got 1$/)
    expect(() => acceptance(tf.ones([3]))).toThrow(
      /draws must be float32 \[draws, chains, …event\], got float32 \[3\]/,
    )
  })
})
