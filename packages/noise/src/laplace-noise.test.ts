import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { laplaceNoise } from './laplace-noise.ts'

describeBackends('laplaceNoise', () => {
  it('has the log-density of its columns', () => {
    const noise = laplaceNoise({ mean: [1, 0], scale: [2, 0.5] })
    const one = (x: number, m: number, b: number) => Math.log(Math.exp(-Math.abs(x - m) / b) / (2 * b))
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
  it('integrates to 1', () => {
    const step = 0.01
    const x = Array.from({ length: 8000 }, (_, i) => [-40 + step * (i + 0.5)])
    const density = laplaceNoise({ mean: [1], scale: [2] })
      .logProb(tf.tensor2d(x))
      .dataSync()
    expect(meanOf(density, Math.exp) * step * x.length).toBeCloseTo(1, 4)
  })
  it('draws by its distribution function', () => {
    const count = 50_000
    const drawn = laplaceNoise({ mean: [1], scale: [2] })
      .sample(key(3), count)
      .dataSync()
    for (const at of [-8, -2, 0, 1, 2, 5, 12]) {
      const z = (at - 1) / 2
      const p = z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2
      expectWithin(
        meanOf(drawn, x => (x <= at ? 1 : 0)),
        p,
        Math.sqrt((p * (1 - p)) / count),
      )
    }
  })
  it('refuses a scale that is none', () => {
    expect(() => laplaceNoise({ mean: [0], scale: [-1] })).toThrow(
      /laplaceNoise: scale\[0\] must be a finite number above 0, got -1/,
    )
    expect(() => laplaceNoise({ mean: [0], scale: [1, 1] })).toThrow(TypeError)
  })
})
