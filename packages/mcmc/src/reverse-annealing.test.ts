import type { RandomKey } from '@chiaro/core'
import { softplus } from '@chiaro/ops'
import { foldIn, key, normal, uniform } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { annealedImportanceSampling } from './annealed-importance-sampling.ts'
import type { AnnealingMove } from './annealing-options.ts'
import type { Energy } from './chain-state.ts'
import { gaussian, turned } from './laws-in-test.ts'
import { reverseAnnealing } from './reverse-annealing.ts'

/** A restricted Boltzmann machine of 5 visible and 3 hidden units, its hidden ones summed out. */
const weights = [
  [1.5, -2, 0.5],
  [-1, 2, 1],
  [2, 0.5, -1.5],
  [-0.5, -1, 2],
  [1, 1, 1],
]
const [visibleBias, hiddenBias] = [
  [0.5, -1, 0.2, -0.4, -1],
  [-0.5, 0.3, -0.8],
]
const machine = (v: tf.Tensor) => {
  const hidden = softplus(tf.add(tf.matMul(v as tf.Tensor2D, tf.tensor2d(weights)), hiddenBias))
  return tf.neg(tf.add(tf.sum(tf.mul(v, visibleBias), 1), tf.sum(hidden, 1))) as tf.Tensor1D
}
const states = Array.from({ length: 32 }, (_, state) => visibleBias.map((_, i) => (state >> i) & 1))
const energiesOfStates = states.map(
  v =>
    -v.reduce((sum, unit, i) => sum + unit * visibleBias[i], 0) -
    hiddenBias.reduce((sum, c, j) => {
      const input = v.reduce((total, unit, i) => total + unit * weights[i][j], c)
      return sum + Math.log1p(Math.exp(input))
    }, 0),
)
const machineLogZ = Math.log(energiesOfStates.reduce((sum, energy) => sum + Math.exp(-energy), 0))
const coins = {
  sample: (k: RandomKey, count: number) => tf.cast(tf.less(uniform(k, [count, 5]), 0.5), 'float32'),
  logProb: (v: tf.Tensor) => tf.fill([v.shape[0]], -5 * Math.LN2) as tf.Tensor1D,
}
/** Each unit from its law given the others, there and back, so that the sweep is its own reverse. */
const sweep: AnnealingMove = (energy, position, sweepKey) => {
  let v = position
  ;[0, 1, 2, 3, 4, 4, 3, 2, 1, 0].forEach((unit, turn) => {
    const mask = tf.oneHot(tf.scalar(unit, 'int32'), 5)
    const [off, on] = [tf.mul(v, tf.sub(1, mask)), tf.maximum(v, mask)]
    const chance = tf.sigmoid(tf.sub(energy(off), energy(on)))
    const chosen = tf.less(uniform(foldIn(sweepKey, turn), chance.shape), chance)
    v = tf.where(tf.reshape(chosen, [-1, 1]), on, off)
  })
  return v
}

describeBackends('reverseAnnealing', () => {
  const rows = () => tf.tensor2d([0.3, -0.2, 1.1, -0.9, 0, 0, -0.5, 0.4], [4, 2])
  const exact = (values: ArrayLike<number>) =>
    Array.from({ length: values.length / 2 }, (_, i) => {
      const [x, y] = [values[2 * i], values[2 * i + 1]]
      return -(8.5 * x * x + 15 * x * y + 8.5 * y * y) / 2 - turned.logPartition
    })
  it('in one step is the base’s own density', async () => {
    const base = gaussian(2, 2)
    const found = await reverseAnnealing(turned.energy, base, rows(), {
      chains: 3,
      temperatures: 1,
      stepSize: 1,
      key: key(1),
    })
    expectClose(found.logDensity, base.logProb(rows()).dataSync(), { absolute: 1e-5 })
    expectClose(found.standardError, [0, 0, 0, 0], { absolute: 1e-6 })
    expectClose(found.effectiveSampleSize, [3, 3, 3, 3], { absolute: 1e-6 })
    expect(found.acceptance).toBeNaN()
  })
  it.each(['hamiltonian', 'metropolisLangevin'] as const)(
    'finds the density of a Gaussian with many temperatures, by %s',
    async kernel => {
      const temperatures = Array.from({ length: 121 }, (_, k) => (64 ** (k / 120) - 1) / 63)
      const found = await reverseAnnealing(turned.energy, gaussian(2, 2), rows(), {
        chains: 100,
        temperatures,
        stepSize: beta => 0.5 / Math.sqrt(0.25 + 4 * beta),
        kernel,
        transitions: kernel === 'hamiltonian' ? 1 : 3,
        integrationSteps: 4,
        key: key(2),
      })
      exact(rows().dataSync()).forEach((expected, row) => {
        // From below on average, by as much as few moves at a temperature leave behind.
        expect(found.logDensity[row]).toBeLessThan(expected + 3 * found.standardError[row])
        expect(found.logDensity[row]).toBeGreaterThan(expected - 0.3)
        expect(found.standardError[row]).toBeLessThan(0.4)
        expect(found.effectiveSampleSize[row]).toBeGreaterThan(5)
      })
      expect(found.logWeights).toHaveLength(400)
      expect(found.acceptance).toBeGreaterThan(0.5)
    },
  )
  it('encloses a Gaussian’s density with annealed importance sampling, closer with more temperatures', async () => {
    const base = gaussian(2, 2)
    // Exact draws: eigenvectors (1, ±1)/√2 with precisions 16 and 1.
    const axes = tf.tensor2d([
      [1 / 4, 1 / 4],
      [1, -1],
    ])
    const x = tf.matMul(normal(key(5), [60, 2]) as tf.Tensor2D, tf.mul(Math.SQRT1_2, axes))
    const truth = meanOf(exact(x.dataSync()))
    const bounds = async (steps: number) => {
      const temperatures = Array.from({ length: steps + 1 }, (_, k) => (64 ** (k / steps) - 1) / 63)
      const stepSize = (beta: number) => 0.5 / Math.sqrt(0.25 + 4 * beta)
      const options = { temperatures, stepSize, integrationSteps: 4, key: key(6) }
      const below = await reverseAnnealing(turned.energy, base, x, { ...options, chains: 5 })
      const forward = await annealedImportanceSampling(turned.energy, base, { ...options, chains: 300 })
      const above = truth + turned.logPartition - meanOf(forward.logWeights)
      const [low, lowest] = [meanOf(below.logDensity), meanOf(below.logWeights)]
      expect(lowest).toBeLessThan(low)
      expect(low).toBeLessThan(truth)
      expect(above).toBeGreaterThan(truth)
      return above - low
    }
    expect(await bounds(60)).toBeLessThan(0.5 * (await bounds(8)))
  })
  it('gives the same for the same key, another for another, and leaves no tensor', async () => {
    const x = rows()
    const run = (seed: number) =>
      reverseAnnealing(turned.energy, gaussian(2, 2), x, {
        chains: 2,
        temperatures: 20,
        stepSize: 0.2,
        key: key(seed),
      })
    const first = await run(1)
    const before = tf.memory().numTensors
    expect(await run(1)).toEqual(first)
    expect((await run(2)).logDensity).not.toEqual(first.logDensity)
    expect(tf.memory().numTensors).toBe(before)
  })
  it('names the row that has no density, or a weight that is no number', async () => {
    const walled = (bad: number): Energy => {
      return x => {
        const flat = tf.reshape(x, [-1])
        return tf.where(tf.greater(flat, 2), tf.fill([x.size], bad), tf.square(flat)) as tf.Tensor1D
      }
    }
    const options = { chains: 2, temperatures: 4, stepSize: 1, key: key(1) }
    const x = tf.tensor2d([0, 1, 3], [3, 1])
    const infinite = walled(Number.POSITIVE_INFINITY)
    await expect(reverseAnnealing(infinite, gaussian(1, 1), x, options)).rejects.toMatchObject({
      code: 'non-finite',
      argument: 'x',
      message: 'reverseAnnealing: x must have finite energy, got Infinity at row 2',
    })
    // The base is nowhere: each weight is 0.
    const nowhere = {
      ...gaussian(1, 1),
      logProb: (y: tf.Tensor) => tf.fill([y.size], -Infinity) as tf.Tensor1D,
    }
    const run = reverseAnnealing(infinite, nowhere, tf.zeros([2, 1]), { ...options, temperatures: 1 })
    await expect(run).rejects.toThrow(
      'reverseAnnealing: some chain of row 0 must reach the other end, got weight 0 for all',
    )
    const nan = { ...gaussian(1, 1), logProb: (y: tf.Tensor) => tf.fill([y.size], Number.NaN) as tf.Tensor1D }
    await expect(reverseAnnealing(infinite, nan, tf.zeros([2, 1]), options)).rejects.toThrow(
      'reverseAnnealing: weights must be finite, got NaN for row 0 at temperature 1',
    )
  })
  it('says how far it is, stops for a signal, and refuses what does not fit', async () => {
    const controller = new AbortController()
    const done: number[] = []
    const run = (more: object) =>
      reverseAnnealing(turned.energy, gaussian(2, 2), rows(), {
        chains: 2,
        temperatures: 40,
        stepSize: 0.1,
        key: key(1),
        onProgress: progress => {
          done.push(progress.done)
          expect(progress.total).toBe(40)
        },
        ...more,
      })
    await run({})
    expect(done).toEqual([16, 32, 40])
    const aborting = () => controller.abort(new Error('enough'))
    await expect(run({ signal: controller.signal, onProgress: aborting })).rejects.toThrow('enough')
    await expect(run({ chains: 1 })).rejects.toThrow(
      /^reverseAnnealing: chains must be an integer of at least 2/,
    )
    await expect(run({ temperatures: [0, 2] })).rejects.toThrow(
      /temperatures must be numbers rising from 0 to 1/,
    )
    await expect(run({ kernel: () => tf.zeros([1, 2]) })).rejects.toThrow(/kernel\(…\) must be/)
  })
})

// Thousands of small operations, for which a graphics card on a processor takes minutes.
describeBackends(
  'reverseAnnealing of a Boltzmann machine',
  () => {
    it('weighs the states of a Boltzmann machine by a law: they add up to 1, however few the temperatures', async () => {
      const found = await reverseAnnealing(machine, coins, tf.tensor2d(states), {
        chains: 60,
        temperatures: 4,
        kernel: sweep,
        key: key(3),
      })
      expect(found.acceptance).toBeCloseTo(1, 9)
      const sum = meanOf(found.logDensity, Math.exp) * 32
      const variance = found.logDensity.reduce(
        (total, log, i) => total + (Math.exp(log) * found.standardError[i]) ** 2,
        0,
      )
      expectWithin(sum, 1, Math.sqrt(variance), 3)
      expect(Math.sqrt(variance)).toBeLessThan(0.03)
    })
    it('encloses a Boltzmann machine’s exact log-likelihood with annealed importance sampling', async () => {
      const exactLogs = energiesOfStates.map(energy => -energy - machineLogZ)
      const mean = (logs: ArrayLike<number>) =>
        exactLogs.reduce((sum, log, i) => sum + Math.exp(log) * logs[i], 0)
      const bounds = async (temperatures: number) => {
        const options = { temperatures, kernel: sweep, key: key(4) }
        const below = await reverseAnnealing(machine, coins, tf.tensor2d(states), { ...options, chains: 40 })
        const forward = await annealedImportanceSampling(machine, coins, { ...options, chains: 400 })
        expectWithin(forward.logPartition, machineLogZ, forward.standardError, 3.5)
        const [low, high] = [
          mean(below.logDensity),
          mean(exactLogs) + machineLogZ - meanOf(forward.logWeights),
        ]
        expect(low).toBeLessThan(mean(exactLogs))
        expect(high).toBeGreaterThan(mean(exactLogs))
        return { below, gap: high - low }
      }
      const [coarse, fine] = [await bounds(2), await bounds(16)]
      expect(fine.gap).toBeLessThan(0.5 * coarse.gap)
      expect(mean(fine.below.logDensity)).toBeGreaterThan(mean(exactLogs) - 0.1)
    })
  },
  { backends: ['wasm'] },
)
