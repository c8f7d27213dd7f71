import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { exponentialMovingAverage } from './exponential-moving-average.ts'

describeBackends('exponentialMovingAverage', () => {
  const values = [3, -1, 4, 1, -5, 9, 2, 6]

  function after(decay: number, count: number) {
    const w = tf.variable(tf.tensor1d([100, 0]))
    const ema = exponentialMovingAverage({ w }, { decay })
    for (const value of values.slice(0, count)) {
      w.assign(tf.tensor1d([value, -value]))
      ema.update()
    }
    return { w, ema }
  }

  it.each([1, 2, 8])('is the weighted mean of its closed form after %i updates', count => {
    const { w, ema } = after(0.7, count)
    const weights = values.slice(0, count).map((_, i) => 0.7 ** (count - 1 - i))
    const total = weights.reduce((a, b) => a + b, 0)
    const expected = weights.reduce((sum, weight, i) => sum + weight * values[i], 0) / total
    expectClose(ema.tensors().w, [expected, -expected])
    expect(ema.count()).toBe(count)
    tf.dispose(w)
    ema.dispose()
  })

  it('is the last value without memory', () => {
    const { w, ema } = after(0, 5)
    expectClose(ema.tensors().w, [-5, 5], { absolute: 0, relative: 0 })
    w.dispose()
    ema.dispose()
  })

  it('lends the averages to a function, and gives the own values back bit for bit', async () => {
    const { w, ema } = after(0.7, 8)
    const own = w.dataSync().slice()
    const average = ema.tensors().w.dataSync().slice()
    const before = tf.memory().numTensors
    const seen = await ema.withAverages(async () => {
      await Promise.resolve()
      return w.dataSync().slice()
    })
    expect(seen).toEqual(average)
    expect(w.dataSync()).toEqual(own)
    await expect(ema.withAverages(() => Promise.reject(new Error('inside')))).rejects.toThrow('inside')
    expect(w.dataSync()).toEqual(own)
    expect(ema.tensors().w.dataSync()).toEqual(average)
    expect(tf.memory().numTensors).toBe(before)
    w.dispose()
    ema.dispose()
  })

  it('starts from the present values, and goes on from restored ones', () => {
    const { w, ema } = after(0.7, 0)
    expectClose(ema.tensors().w, [100, 0])
    ema.restore({ w: tf.tensor1d([2, 3]) }, 1)
    w.assign(tf.tensor1d([4, 0]))
    ema.update()
    // (0.7·2 + 4)/1.7, 0.7·3/1.7
    expectClose(ema.tensors().w, [5.4 / 1.7, 2.1 / 1.7])
    w.dispose()
    ema.dispose()
    expect(() => exponentialMovingAverage({}, { decay: 1 })).toThrow(
      'decay must be a number of at least 0 and below 1, got 1',
    )
  })
})
