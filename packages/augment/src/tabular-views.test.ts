import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, expectWithin } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { featureMasking, gaussianJitter, scarfCorruption } from './tabular-views.ts'

const noKey = undefined as unknown as ReturnType<typeof key>
const exactly = { absolute: 0, relative: 0 }

describeBackends('scarfCorruption', () => {
  it('replaces a share of the values by those of the same column, row by row', () => {
    const marginals = tf.tensor2d([10, 20, 11, 21, 12, 22], [3, 2])
    const x = tf.zeros([3000, 2]) as tf.Tensor2D
    const values = scarfCorruption({ marginals, rate: 0.6 })(key(1), x).dataSync()
    const counts = new Map<number, number>()
    values.forEach((value, at) => {
      expect(value === 0 || Math.floor(value / 10) === (at % 2) + 1).toBe(true)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    })
    // Each of six values: binomial(3000, 0.2), standard deviation 21.9. Kept: binomial(6000, 0.4), 37.9.
    for (const value of [10, 11, 12, 20, 21, 22]) {
      expect(Math.abs((counts.get(value) ?? 0) - 600)).toBeLessThan(99)
    }
    expect(Math.abs((counts.get(0) ?? 0) - 2400)).toBeLessThan(171)
    expectNoLeak(() => scarfCorruption({ marginals })(key(2), x))
    expectClose(scarfCorruption({ marginals, rate: 0 })(noKey, x), x, exactly)
  })

  it('replaces the features of a column together, from one row', () => {
    // A number, and a category of three.
    const marginals = tf.tensor2d([5, 1, 0, 0, 6, 0, 1, 0, 7, 0, 0, 1], [3, 4])
    const x = tf.zeros([2000, 4]) as tf.Tensor2D
    const view = scarfCorruption({ marginals, rate: 0.5, columns: [0, 1, 1, 1] })
    const values = view(key(1), x).dataSync()
    const counts = [0, 0, 0]
    let together = 0
    for (let row = 0; row < 2000; row++) {
      const [number, ...category] = values.subarray(4 * row, 4 * row + 4)
      const ones = category.filter(value => value === 1).length
      expect(ones + category.filter(value => value === 0).length).toBe(3)
      expect(ones).toBeLessThanOrEqual(1)
      if (ones === 1) counts[category.indexOf(1)] += 1
      if (ones === 1 && number > 0) together += 1
    }
    // Binomial(2000, ⅙): standard deviation 16.7; both columns: binomial(2000, ¼), 19.4.
    for (const count of counts) expect(Math.abs(count - 2000 / 6)).toBeLessThan(75)
    expect(Math.abs(together - 500)).toBeLessThan(88)
    expect(() => scarfCorruption({ marginals, columns: [0, 1] })).toThrow(
      /columns must be \[4\], one for each feature/,
    )
    expect(() => scarfCorruption({ marginals, columns: [0, 1, 1, -1] })).toThrow(/columns\[3\] must be/)
  })

  it('refuses tables that do not fit', () => {
    const marginals = tf.zeros([3, 2]) as tf.Tensor2D
    const view = scarfCorruption({ marginals })
    expect(() => view(key(1), tf.zeros([4, 3]))).toThrow(
      /batch must be float32 \[batch, 2\], got float32 \[4, 3\]/,
    )
    expect(() => view(key(1), tf.zeros([4]) as unknown as tf.Tensor2D)).toThrow(
      /batch must be float32 \[batch, 2\]/,
    )
    expect(() => scarfCorruption({ marginals: tf.zeros([0, 2]) })).toThrow(
      /marginals must be float32 \[rows, features\] with rows ≥ 1/,
    )
    expect(() => scarfCorruption({ marginals, rate: Number.NaN })).toThrow(
      /rate must be a number from 0 to 1/,
    )
  })
})

describeBackends('gaussianJitter and featureMasking', () => {
  it('adds noise of each column’s own width', () => {
    const x = tf.zeros([4000, 2]) as tf.Tensor2D
    const values = Array.from(gaussianJitter({ standardDeviation: [0, 2] })(key(1), x).dataSync())
    const [still, moved] = [0, 1].map(column => values.filter((_, at) => at % 2 === column))
    expect(still.every(value => value === 0)).toBe(true)
    const square = moved.reduce((sum, value) => sum + value * value, 0) / 4000
    // The mean of squares: 4, with standard error 4·√(2/4000).
    expectWithin(square, 4, 4 * Math.sqrt(2 / 4000))
    expectClose(gaussianJitter({ standardDeviation: 0 })(noKey, x), x, exactly)
    expectNoLeak(() => gaussianJitter()(key(1), x))
    expect(() => gaussianJitter({ standardDeviation: [1] })(key(1), x)).toThrow(/\[batch, 1\]/)
    expect(() => gaussianJitter({ standardDeviation: Number.NaN })).toThrow(
      /standardDeviation must be a finite number of at least 0, got NaN/,
    )
  })

  it('masks a share of the values', () => {
    const x = tf.ones([1000, 4]) as tf.Tensor2D
    const values = featureMasking({ rate: 0.25, fill: -1 })(key(1), x).dataSync()
    const masked = values.filter(value => value === -1).length
    expect(values.every(value => value === 1 || value === -1)).toBe(true)
    // Binomial(4000, ¼): standard deviation 27.4.
    expect(Math.abs(masked - 1000)).toBeLessThan(123)
    const columns = [0, 1, 1, 1]
    const whole = featureMasking({ rate: 0.5, columns })(key(1), x).dataSync()
    for (let at = 0; at < whole.length; at += 4) expect(new Set(whole.subarray(at + 1, at + 4)).size).toBe(1)
    expectClose(featureMasking({ rate: 0 })(noKey, x), x, exactly)
    expectNoLeak(() => featureMasking()(key(1), x))
    expect(() => featureMasking({ rate: 2 })).toThrow(/rate must be a number from 0 to 1, got 2/)
  })
})
