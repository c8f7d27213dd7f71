import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { templateNameNoise } from './template-name-noise.ts'

// What every noise must do (replay, gradients, leaks, the same bits everywhere) is in conformance.test.ts.
describeBackends('templateNameNoise', () => {
  it('has the log-density of its columns', () => {
    const noise = templateNameNoise({ mean: [1, 0], scale: [2, 0.5] })
    const one = (x: number, m: number, s: number) => {
      const z = (x - m) / s
      return Math.log(Math.exp(-z) / (s * (1 + Math.exp(-z)) ** 2))
    }
    const rows = [
      [1, 0],
      [-4, 0.3],
      [30, -7],
    ]
    expectClose(
      noise.logProb(tf.tensor2d(rows)),
      rows.map(([x, y]) => one(x, 1, 2) + one(y, 0, 0.5)),
    )
  })
  it('stays finite far out, where its slope is ±1/s', () => {
    const noise = templateNameNoise({ mean: [0], scale: [0.5] })
    const x = tf.tensor2d([[-1e4], [1e4]])
    expectClose(noise.logProb(x), [-2e4 - Math.log(0.5), -2e4 - Math.log(0.5)])
    expectClose(tf.grad(at => tf.sum(noise.logProb(at)))(x), [2, -2])
  })
  it('integrates to 1', () => {
    const step = 0.02
    const x = Array.from({ length: 6000 }, (_, i) => [-59 + step * (i + 0.5)])
    const density = templateNameNoise({ mean: [1], scale: [2] })
      .logProb(tf.tensor2d(x))
      .dataSync()
    expect(meanOf(density, Math.exp) * step * x.length).toBeCloseTo(1, 4)
  })
  it('draws by its distribution function', () => {
    const count = 50_000
    const drawn = templateNameNoise({ mean: [1], scale: [2] })
      .sample(key(3), count)
      .dataSync()
    for (const at of [-8, -2, 0, 1, 2, 5, 12]) {
      const p = 1 / (1 + Math.exp(-(at - 1) / 2))
      expectWithin(
        meanOf(drawn, x => (x <= at ? 1 : 0)),
        p,
        Math.sqrt((p * (1 - p)) / count),
      )
    }
  })
  it('refuses a scale that is none', () => {
    expect(() => templateNameNoise({ mean: [0], scale: [-1] })).toThrow(
      /templateNameNoise: scale\[0\] must be a finite number above 0, got -1/,
    )
    expect(() => templateNameNoise({ mean: [0], scale: [1, 1] })).toThrow(TypeError)
  })
})
