import { foldIn, key, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues as valuesOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { templateName } from './template-name.ts'

const values = valuesOf(1, 3 * 4 * 5 * 2, 0, 1)
const pictures = () => tf.tensor4d(values, [3, 4, 5, 2])
const perPicture = 4 * 5 * 2

describeBackends('templateName', () => {
  it('multiplies a picture by one power of 2, up to white', () => {
    const draws = uniformValues(foldIn(key(3), 0), 3, { minimum: -1.5, maximum: 1.5 })
    const expected = Array.from(values, (x, i) => Math.min(x * 2 ** draws[Math.floor(i / perPicture)], 1))
    expectClose(templateName({ stops: 1.5 })(key(3), pictures()), expected)
    expect(new Set(draws).size).toBe(3)
  })

  it('keeps black, never exceeds white, and answers to its key', () => {
    const view = templateName({ stops: 8 })
    const edges = tf.tile(tf.tensor4d([0, 1], [1, 1, 2, 1]), [20, 1, 1, 1]) as tf.Tensor4D
    const seen = view(key(1), edges).dataSync()
    expect(seen.filter((_, i) => i % 2 === 0)).toEqual(new Float32Array(20))
    expect(Math.max(...seen)).toBe(1)
    const of = (seed: number) => view(key(seed), pictures()).dataSync()
    expect(of(4)).toEqual(of(4))
    expect(of(5)).not.toEqual(of(4))
  })

  it('passes a gradient on where nothing is cut', () => {
    const gains = Array.from(uniformValues(foldIn(key(2), 0), 3, { minimum: -1, maximum: 1 }), e => 2 ** e)
    const dark = tf.mul(pictures(), 0.4) as tf.Tensor4D
    const slope = tf.grad(x => tf.sum(templateName()(key(2), x as tf.Tensor4D)))(dark)
    expectClose(
      slope,
      Array.from(values, (_, i) => gains[Math.floor(i / perPicture)]),
    )
  })

  it('is the pictures themselves at 0, refuses less and more, leaks nothing', () => {
    const x = pictures()
    expectClose(templateName({ stops: 0 })(key(1), x), values, { absolute: 0, relative: 0 })
    expect(() => templateName({ stops: -0.1 })).toThrow(/stops must be a number from 0 to 8, got -0.1/)
    expect(() => templateName({ stops: 9 })).toThrow(RangeError)
    expectNoLeak(() => templateName()(key(1), x))
  })
})
