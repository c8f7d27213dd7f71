import { key, normal } from '@chiaro/random'
import { describeBackends, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import type { Energy } from './chain-state.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import { halfSquare } from './laws-in-test.ts'
import { noUTurn } from './no-u-turn.ts'
import { rHat } from './r-hat.ts'
import { normalQuantile } from './rank-normal.ts'

/** R̂ is at most 1.01, and the law's quantiles are the draws', within the error that their effective sample size says. */
function expectQuantiles(values: tf.Tensor, quantile: (p: number) => number, atLeast: number): void {
  expect(rHat(values)).toBeLessThanOrEqual(1.01)
  for (const p of [0.05, 0.25, 0.5, 0.75, 0.95]) {
    const below = tf.cast(tf.less(values, quantile(p)), 'float32')
    const size = effectiveSampleSize(below)
    expect(size).toBeGreaterThan(atLeast)
    expectWithin(meanOf(below.dataSync()), p, Math.sqrt((p * (1 - p)) / size), 3.5)
  }
}

describeBackends(
  'posterior shapes',
  () => {
    it('Neal’s funnel, by its own coordinates: a width v and numbers z e^(v/2)', async () => {
      const { draws } = await noUTurn(halfSquare, normal(key(1), [8, 10]), {
        stepSize: 0.5,
        warmup: 40,
        steps: 110,
        thin: 1,
        key: key(2),
      })
      const [v, ...z] = tf.unstack(draws, 2)
      expectQuantiles(tf.mul(v, 3), p => 3 * normalQuantile(p), 400)
      // The funnel's other numbers have heavy tails, and their median at 0.
      const wide = tf.mul(z[0], tf.exp(tf.mul(1.5, v)))
      expect(rHat(wide)).toBeLessThanOrEqual(1.01)
      const below = tf.cast(tf.less(wide, 0), 'float32')
      expectWithin(meanOf(below.dataSync()), 0.5, Math.sqrt(0.25 / effectiveSampleSize(below)), 3.5)
    })
    it('Rosenbrock’s banana: x ~ N(0, 1), y ~ N(x²/2, 1)', async () => {
      const energy: Energy = points => {
        const [x, y] = tf.unstack(points, 1)
        const across = tf.sub(y, tf.div(tf.square(x), 2))
        return tf.div(tf.add(tf.square(x), tf.square(across)), 2) as tf.Tensor1D
      }
      const { draws } = await noUTurn(energy, normal(key(5), [4, 2]), {
        stepSize: 0.2,
        warmup: 60,
        steps: 300,
        thin: 1,
        key: key(6),
        targetAcceptance: 0.9,
      })
      const [x, y] = tf.unstack(draws, 2)
      expectQuantiles(x, normalQuantile, 200)
      expectQuantiles(tf.sub(y, tf.div(tf.square(x), 2)), normalQuantile, 200)
      // E y = ½ E x² = ½, Var y = ¼ Var x² + 1 = 1.5.
      const size = effectiveSampleSize(y)
      expectWithin(meanOf(y.dataSync()), 0.5, Math.sqrt(1.5 / size), 3.5)
      expect(rHat(y)).toBeLessThanOrEqual(1.01)
    })
  },
  { backends: ['wasm'] },
)
