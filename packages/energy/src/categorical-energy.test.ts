import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { categoricalEnergy } from './categorical-energy.ts'

const logits = [2, -1, 0.5, 0]
const total = logits.reduce((sum, f) => sum + Math.exp(f), 0)

describeBackends('categoricalEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is −f of each category, with the log of the sum of exp f', () => {
    const model = categoricalEnergy({ categories: 4, logits })
    expectClose(model.energy(tf.tensor1d([3, 0, 0, 1], 'int32')), [0, -2, -2, 1])
    expectClose(model.exactLogPartition(), Math.log(total))
    expectClose(categoricalEnergy({ categories: 8 }).exactLogPartition(), Math.log(8))
  })
  it('has for gradient of log Z the probabilities, and of the energy less the counts', () => {
    const model = categoricalEnergy({ categories: 4, logits })
    const x = tf.tensor1d([0, 0, 2], 'int32')
    const slope = (f: () => tf.Tensor) =>
      Object.values(tf.variableGrads(() => tf.sum(f()) as tf.Scalar).grads)[0]
    expectClose(
      slope(model.exactLogPartition),
      logits.map(f => Math.exp(f) / total),
    )
    expectClose(
      slope(() => model.energy(x)),
      [-2, 0, -1, 0],
    )
  })
  it('draws categories in their proportions', () => {
    const n = 20_000
    const drawn = categoricalEnergy({ categories: 4, logits }).sample(key(2), n)
    expect(drawn.dtype).toBe('int32')
    const values = drawn.dataSync()
    logits.forEach((f, k) => {
      const p = Math.exp(f) / total
      expectWithin(values.filter(value => value === k).length / n, p, Math.sqrt((p * (1 - p)) / n))
    })
  })
  it('moves log Z by 7 with every f, and leaves the draws', () => {
    const [model, moved] = [logits, logits.map(f => f + 7)].map(values =>
      categoricalEnergy({ categories: 4, logits: values }),
    )
    expectClose(tf.sub(moved.exactLogPartition(), model.exactLogPartition()), 7)
    expectClose(moved.sample(key(1), 50), model.sample(key(1), 50), { absolute: 0, relative: 0 })
  })
  it('case 23: f of ±1e6 stays finite', () => {
    const model = categoricalEnergy({ categories: 2, logits: [1e6, -1e6] })
    expectClose(model.exactLogPartition(), 1e6)
    expectClose(model.sample(key(1), 3), [0, 0, 0])
  })
  it('refuses what does not fit', () => {
    expect(() => categoricalEnergy({ categories: 0 })).toThrow(
      /categories must be an integer of at least 1, got 0/,
    )
    expect(() => categoricalEnergy({ categories: 2, logits: [1] })).toThrow(
      /logits must be of length 2, one for each category, got length 1/,
    )
    expect(() => categoricalEnergy({ categories: 1, logits: [Number.NaN] })).toThrow(
      /logits\[0\] must be a finite number, got NaN/,
    )
    expect(() => categoricalEnergy({ categories: 2 }).energy(tf.zeros([2]))).toThrow(
      /x must be int32 \[batch\], got float32 \[2\]/,
    )
  })
})
