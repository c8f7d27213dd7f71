import type { RandomKey } from '@chiaro/core'
import { foldIn, key, normal } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import type { Energy } from './chain-state.ts'
import { hamiltonian } from './hamiltonian.ts'
import { metropolisLangevin } from './metropolis-langevin.ts'
import { noUTurn } from './no-u-turn.ts'
import { parallelTempering } from './parallel-tempering.ts'

/**
 * Simulation-based calibration (Talts et al. 2018): θ from the prior, data from θ, draws from the posterior; θ's rank
 * among the draws is then even on 0 … draws. Here a line through 4 points: θ = (intercept, slope) ~ N(0, 1),
 * y = θ₀ + θ₁ t + N(0, ½²), a chain for each of 600 data sets.
 */
const [sets, draws] = [600, 19]
const times = [-1, 0, 1, 3]
const truth = () => normal(foldIn(key(1), 0), [sets, 2])
const line = (theta: tf.Tensor) => tf.matMul(theta as tf.Tensor2D, tf.tensor2d([times.map(() => 1), times]))
const observed = () =>
  tf.add(line(truth()), normal(foldIn(key(1), 1), [sets, times.length], { standardDeviation: 0.5 }))

/** Of posterior by prior and likelihood; rows are data sets, as often over as there are temperatures. */
const posterior = (y: tf.Tensor): Energy => {
  return theta => {
    const rows = tf.tile(y, [theta.shape[0] / sets, 1])
    const misfit = tf.sum(tf.square(tf.sub(rows, line(theta))), 1)
    return tf.add(tf.mul(2, misfit), tf.div(tf.sum(tf.square(theta), 1), 2)) as tf.Tensor1D
  }
}
const prior = {
  sample: (k: RandomKey, count: number) => normal(k, [count, 2]),
  logProb: (x: tf.Tensor) =>
    tf.sub(tf.div(tf.sum(tf.square(x), 1), -2), Math.log(2 * Math.PI)) as tf.Tensor1D,
}

const start = () => normal(foldIn(key(1), 2), [sets, 2])
const options = (thin: number) => ({
  stepSize: 0.2,
  warmup: 40,
  steps: draws * thin,
  thin,
  key: foldIn(key(1), 3),
})
const samplers = [
  { name: 'metropolisLangevin', run: (energy: Energy) => metropolisLangevin(energy, start(), options(12)) },
  {
    name: 'hamiltonian',
    run: (energy: Energy) => hamiltonian(energy, start(), { ...options(4), integrationSteps: 3 }),
  },
  { name: 'noUTurn', run: (energy: Energy) => noUTurn(energy, start(), options(2)) },
  {
    name: 'parallelTempering',
    run: (energy: Energy) =>
      parallelTempering(energy, prior, {
        ...options(4),
        start: start(),
        temperatures: [0, 0.1, 1],
        integrationSteps: 3,
      }),
  },
]

describeBackends(
  'simulation-based calibration',
  () => {
    it.each(samplers)('ranks the truth evenly among draws of $name', async ({ run }) => {
      const found = await run(posterior(observed()))
      expect(found.draws.shape).toEqual([draws, sets, 2])
      const below = tf.cast(tf.less(found.draws, truth()), 'int32')
      const ranks = tf.sum(below, 0).dataSync()
      for (const parameter of [0, 1]) {
        const counts = new Array<number>(10).fill(0)
        for (let set = 0; set < sets; set++) counts[Math.floor(ranks[2 * set + parameter] / 2)]++
        const statistic = counts.reduce((sum, count) => sum + (count - sets / 10) ** 2 / (sets / 10), 0)
        // χ² of 9 degrees of freedom is above 27.9 once in a thousand.
        expect(statistic).toBeLessThan(27.9)
      }
    })
  },
  { backends: ['wasm'] },
)
