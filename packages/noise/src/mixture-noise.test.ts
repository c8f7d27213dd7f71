import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { categoricalNoise } from './categorical-noise.ts'
import { gaussianNoise } from './gaussian-noise.ts'
import { mixtureNoise } from './mixture-noise.ts'
import { uniformNoise } from './uniform-noise.ts'

const narrow = gaussianNoise({ mean: [0], deviation: [0.5] })
const box = uniformNoise({ low: [2], high: [4] })

describeBackends('mixtureNoise', () => {
  it('adds up its components', () => {
    const noise = mixtureNoise([narrow, box], [3, 1])
    const normal = (x: number) => Math.exp(-2 * x * x) / (0.5 * Math.sqrt(2 * Math.PI))
    const x = [0, 1, 2.5, 3.9, -8]
    const expected = x.map(v => Math.log(0.75 * normal(v) + (v >= 2 && v <= 4 ? 0.25 / 2 : 0)))
    expectClose(noise.logProb(tf.tensor2d(x, [5, 1])), expected)
  })
  it('has log-density −∞ and a gradient of 0 where no component is', () => {
    const noise = mixtureNoise([box, uniformNoise({ low: [-1], high: [0] })])
    const x = tf.tensor2d([[1], [3]])
    expectClose(noise.logProb(x), [Number.NEGATIVE_INFINITY, Math.log(0.25)])
    expectClose(tf.grad(at => tf.sum(noise.logProb(at)))(x), [0, 0])
  })
  it('draws each component by its weight, in no order', () => {
    const count = 20_000
    const drawn = mixtureNoise([narrow, box], [3, 1]).sample(key(2), count).dataSync()
    const ofBox = Array.from(drawn, x => (x >= 1.99 ? 1 : 0))
    const standardError = Math.sqrt((0.25 * 0.75) / count)
    expectWithin(meanOf(ofBox), 0.25, standardError)
    expectWithin(meanOf(ofBox.slice(0, 2000)), 0.25, standardError * Math.sqrt(10))
    // Neighbours are independent.
    const both = meanOf(ofBox.slice(1), (v, i) => v * ofBox[i])
    expectWithin(both, 0.0625, Math.sqrt(0.0625 * 0.9375) / Math.sqrt(count / 2))
    expectWithin(
      meanOf(drawn, x => (x < 1.99 ? x / 0.75 : 0)),
      0,
      0.5 / Math.sqrt(0.75 * count),
    )
  })
  it('mixes categories too, and never draws a component without weight', () => {
    const noise = mixtureNoise(
      [categoricalNoise({ weights: [1, 0] }), categoricalNoise({ weights: [0, 1] })],
      [0, 2],
    )
    expect(new Set(noise.sample(key(1), 100).dataSync())).toEqual(new Set([1]))
    expectClose(noise.logProb(tf.tensor1d([0, 1], 'int32')), [Number.NEGATIVE_INFINITY, 0])
  })
  it('refuses what can’t be mixed', () => {
    expect(() => mixtureNoise([])).toThrow(/components must be of length at least 1, got length 0/)
    expect(() => mixtureNoise([narrow, gaussianNoise({ mean: [0, 0], deviation: [1, 1] })])).toThrow(
      /components\[1\] must be a noise of events \[1\], got \[2\]/,
    )
    expect(() => mixtureNoise([narrow, box], [1])).toThrow(
      /weights must be of length 2, one for each component, got length 1/,
    )
    expect(() => mixtureNoise([narrow, box], [0, 0])).toThrow(RangeError)
  })
})
