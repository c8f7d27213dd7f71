import { foldIn, key, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues as valuesOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { randomGamma } from './random-gamma.ts'

const values = valuesOf(1, 3 * 4 * 5 * 2, 0, 1)
const pictures = () => tf.tensor4d(values, [3, 4, 5, 2])

describeBackends('randomGamma', () => {
  it('raises every value of a picture to one power, exp of a uniform draw', () => {
    const draws = uniformValues(foldIn(key(3), 0), 3, { minimum: -0.7, maximum: 0.7 })
    const expected = Array.from(values, (x, i) => x ** Math.exp(draws[Math.floor(i / 40)]))
    expectClose(randomGamma({ range: 0.7 })(key(3), pictures()), expected, { absolute: 1e-5 })
    expect(new Set(draws).size).toBe(3)
  })

  it('keeps black and white, takes overshoot below black for black, and answers to its key', () => {
    const edges = tf.tensor4d([0, 1, -0.01, 1], [1, 2, 2, 1])
    expectClose(randomGamma({ range: 2 })(key(1), edges), [0, 1, 0, 1])
    const grey = tf.fill([1, 2, 2, 1], 0.5) as tf.Tensor4D
    const of = (seed: number) => randomGamma()(key(seed), grey).dataSync()
    expect(of(4)).toEqual(of(4))
    expect(of(5)).not.toEqual(of(4))
  })

  it('has the derivative of a power, and none at black', () => {
    const x = tf.tensor4d([0.2, 0.9, 0, -0.1], [1, 2, 2, 1])
    const [draw] = uniformValues(foldIn(key(3), 0), 1, { minimum: -0.7, maximum: 0.7 })
    const gamma = Math.exp(draw)
    const slope = (value: number) => gamma * value ** (gamma - 1)
    const gradient = tf.grad(batch => randomGamma({ range: 0.7 })(key(3), batch as tf.Tensor4D))(x)
    expectClose(gradient, [slope(0.2), slope(0.9), 0, 0], { absolute: 1e-5, relative: 1e-5 })
  })

  it('is the pictures themselves at 0, refuses less and more, leaks nothing', () => {
    const x = pictures()
    expectClose(randomGamma({ range: 0 })(key(1), x), values, { absolute: 0, relative: 0 })
    expect(() => randomGamma({ range: -0.1 })).toThrow(/range must be a number from 0 to 5, got -0.1/)
    expect(() => randomGamma({ range: 6 })).toThrow(RangeError)
    expectNoLeak(() => randomGamma()(key(1), x))
  })
})
