import { foldIn, key, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues as samples } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './adjust-color.ts'
import { colorJitter } from './color-jitter.ts'

const [count, height, width] = [30, 5, 4]
const pictures = (channels: number) =>
  tf.tensor4d(samples(1, count * height * width * channels, 0, 1), [count, height, width, channels])
const all = { brightness: 0.8, contrast: 0.6, saturation: 1.4, hue: 0.2 }
const adjustments = [adjustBrightness, adjustContrast, adjustSaturation, adjustHue]

describeBackends('colorJitter', () => {
  it('applies the drawn factors in the drawn order of each picture', () => {
    const x = pictures(3)
    const draws = uniformValues(foldIn(key(4), 0), count * 6)
    const orders = new Set<string>()
    const expected = tf.unstack(x).map((picture, i) => {
      const [, order, b, c, s, h] = draws.subarray(i * 6, i * 6 + 6)
      // The documented ranges; saturation 1.4 begins at 0.
      const factors = [0.2 + b * 1.6, 0.4 + c * 1.2, s * 2.4, -0.2 + h * 0.4]
      // Orders count up like words of a dictionary: a digit to base 4!, 3!, 2!.
      let rest = Math.floor(order * 24)
      const left = [0, 1, 2, 3]
      const sequence = [6, 2, 1, 1].map(each => {
        const [which] = left.splice(Math.floor(rest / each), 1)
        rest %= each
        return which
      })
      orders.add(sequence.join(''))
      return sequence.reduce(
        (y, which) => adjustments[which](y, [factors[which]]),
        tf.expandDims(picture) as tf.Tensor4D,
      )
    })
    expectClose(colorJitter(all)(key(4), x), tf.concat(expected, 0), { absolute: 1e-6, relative: 0 })
    expect(orders.size).toBeGreaterThan(10)
  })

  it('changes a share of the pictures, and draws nothing for none', () => {
    const x = pictures(3)
    const values = colorJitter({ ...all, probability: 0.5 })(key(2), x).dataSync()
    const before = x.dataSync()
    const each = height * width * 3
    const kept = Array.from({ length: count }, (_, i) =>
      before.subarray(i * each, (i + 1) * each).every((value, at) => value === values[i * each + at]),
    ).filter(Boolean).length
    // Binomial(30, ½): standard deviation 2.7.
    expect(Math.abs(kept - 15)).toBeLessThan(11)
    // No key is needed, so none is read.
    const none = undefined as unknown as ReturnType<typeof key>
    expectClose(colorJitter({ ...all, probability: 0 })(none, x), x, { absolute: 0, relative: 0 })
    expectClose(colorJitter()(none, x), x, { absolute: 0, relative: 0 })
    expectNoLeak(() => colorJitter(all)(key(1), x))
  })

  it('keeps brightness and contrast of one channel, and skips what it has not', () => {
    const x = pictures(1)
    expect(colorJitter({ brightness: 0.5 })(key(1), x).dataSync()).not.toEqual(x.dataSync())
    expectClose(colorJitter({ saturation: 1, hue: 0.5 })(key(1), x), x, { absolute: 0, relative: 0 })
  })

  it('refuses options and pictures that make no sense', () => {
    expect(() => colorJitter({ brightness: Number.NaN })).toThrow(
      /brightness must be a finite number of at least 0/,
    )
    expect(() => colorJitter({ saturation: -1 })).toThrow(
      /saturation must be a finite number of at least 0, got -1/,
    )
    expect(() => colorJitter({ hue: 0.6 })).toThrow(/hue must be a number from 0 to 0\.5, got 0\.6/)
    expect(() => colorJitter({ probability: 2 })).toThrow(/probability must be a number from 0 to 1/)
    expect(() => colorJitter(all)(key(1), tf.zeros([1, 2, 2, 4]))).toThrow(
      /channels of batch must be 1 or 3, got 4/,
    )
    expect(() => colorJitter(all)(key(1), tf.zeros([2, 2, 3]) as unknown as tf.Tensor4D)).toThrow(
      /batch must be float32 \[batch, height, width, channels\], got float32 \[2, 2, 3\]/,
    )
  })
})

describeBackends('adjustments of colour', () => {
  it('take a factor for each picture', () => {
    const x = tf.fill([2, 1, 2, 3], 0.4) as tf.Tensor4D
    expectClose(adjustBrightness(x, [0.5, 3]), [...Array(6).fill(0.2), ...Array(6).fill(1)])
    const red = tf.tensor4d([1, 0, 0, 1, 0, 0], [2, 1, 1, 3])
    // A third of the circle from red is green; a half is cyan.
    expectClose(adjustHue(red, [1 / 3, 0.5]), [0, 1, 0, 0, 1, 1], { absolute: 1e-6, relative: 0 })
    expectNoLeak(() => adjustContrast(red, [1, 2]))
  })

  it('refuse other numbers of factors, and factors out of range', () => {
    const x = tf.zeros([1, 2, 2, 3]) as tf.Tensor4D
    expect(() => adjustContrast(x, [1, 1])).toThrow(
      /factors must be of length 1, one for each picture, got length 2/,
    )
    expect(() => adjustSaturation(x, [-1])).toThrow(
      /factors\[0\] must be a finite number of at least 0, got -1/,
    )
    expect(() => adjustHue(x, [0.7])).toThrow(/factors\[0\] must be a number from -0\.5 to 0\.5, got 0\.7/)
  })
})
