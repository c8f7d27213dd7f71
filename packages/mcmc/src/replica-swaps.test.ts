import { key, normal, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { replicaSwaps } from './replica-swaps.ts'

describeBackends('replicaSwaps', () => {
  const betas = [0, 0.2, 0.5, 1]
  const chains = 40
  it.each([1, 2])('swaps neighbours by u < min(1, exp(Δβ ΔΔ)), every other pair at step %i', step => {
    const delta = normal(key(1), [4, chains], { standardDeviation: 4 }) as tf.Tensor2D
    const values = delta.dataSync()
    const u = uniformValues(key(2), 3 * chains)
    const { probability, places } = replicaSwaps(betas, delta, step, key(2))
    const from = Array.from({ length: 4 * chains }, (_, row) => row)
    const expected = Array.from({ length: 3 * chains }, (_, i) => {
      const [lower, upper] = [values[i], values[i + chains]]
      const r = Math.floor(i / chains)
      const share = Math.min(1, Math.exp((betas[r + 1] - betas[r]) * (upper - lower)))
      if ((r + step) % 2 === 0 && u[i] < share) [from[i], from[i + chains]] = [i + chains, i]
      return share
    })
    expectClose(probability, tf.tensor2d(expected, [3, chains]), { absolute: 1e-5 })
    expectClose(places, from)
    const moved = from.filter((place, row) => place !== row).length
    expect(moved).toBeGreaterThan(10)
    expect(moved).toBeLessThan(4 * chains)
  })
  it('always swaps what comes down by that, never what is infinite or no number above', () => {
    const [infinite, nan] = [Number.POSITIVE_INFINITY, Number.NaN]
    const delta = tf.tensor2d([
      [infinite, nan, -1, infinite],
      [0, 0, 1e6, infinite],
    ])
    const { probability, places } = replicaSwaps([0, 1], delta, 2, key(1))
    expectClose(probability, tf.tensor2d([[0, 0, 1, 0]]))
    expectClose(places, [0, 1, 6, 3, 4, 5, 2, 7])
  })
})
