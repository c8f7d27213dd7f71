import { key, normal } from '@chiaro/random'
import { describeBackends, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { annealedImportanceSampling } from './annealed-importance-sampling.ts'
import type { Energy } from './chain-state.ts'
import { gaussian, turned } from './laws-in-test.ts'

describeBackends('annealedImportanceSampling', () => {
  it.each(['hamiltonian', 'metropolisLangevin'] as const)(
    'finds log Z of a Gaussian from a wide base, by %s',
    async kernel => {
      const found = await annealedImportanceSampling(turned.energy, gaussian(3, 2), {
        chains: 300,
        temperatures: 60,
        stepSize: beta => 0.25 / Math.sqrt(0.1 + beta),
        kernel,
        integrationSteps: 3,
        key: key(1),
      })
      expectWithin(found.logPartition, turned.logPartition, found.standardError, 3)
      expect(found.standardError).toBeLessThan(0.15)
      expect(found.effectiveSampleSize).toBeGreaterThan(60)
      expect(found.effectiveSampleSize).toBeLessThanOrEqual(300)
      expect(found.logWeights).toHaveLength(300)
      expect(found.acceptance).toBeGreaterThan(0.5)
      expect(found.acceptance).toBeLessThanOrEqual(1)
    },
  )
  it('finds log Z of two wells in the plane, as quadrature has it', async () => {
    const at = (x: number, y: number) => 3 * (x * x - 1) ** 2 + x / 2 + 2 * (y - x) ** 2 - 700
    const wells: Energy = points => {
      const [x, y] = tf.split(points, 2, 1).map(column => tf.reshape(column, [-1]))
      const wall = tf.mul(3, tf.square(tf.sub(tf.square(x), 1)))
      const tie = tf.mul(2, tf.square(tf.sub(y, x)))
      return tf.sub(tf.add(tf.add(wall, tf.div(x, 2)), tie), 700) as tf.Tensor1D
    }
    // exp(700) would overflow float32 and, squared, float64: only logarithms are added.
    let sum = 0
    for (let x = -4; x < 4; x += 0.02)
      for (let y = -6; y < 6; y += 0.02) sum += 0.0004 * Math.exp(-at(x, y) - 700)
    const found = await annealedImportanceSampling(wells, gaussian(1.5, 2), {
      chains: 300,
      temperatures: Array.from({ length: 61 }, (_, k) => (k / 60) ** 2),
      stepSize: 0.2,
      integrationSteps: 3,
      key: key(2),
    })
    expectWithin(found.logPartition, 700 + Math.log(sum), found.standardError, 3)
    expect(found.standardError).toBeLessThan(0.1)
  })
  it('in one step is plain importance sampling', async () => {
    const base = gaussian(2, 1)
    const energy: Energy = x => tf.div(tf.sum(tf.square(x), 1), 2) as tf.Tensor1D
    const found = await annealedImportanceSampling(energy, base, {
      chains: 500,
      temperatures: 1,
      stepSize: 1,
      key: key(3),
    })
    expect(found.acceptance).toBeNaN()
    expectWithin(found.logPartition, Math.log(2 * Math.PI) / 2, found.standardError, 3)
    // Var w/Z² = E_q[(p/q)²] − 1 = σ²/√(2σ² − 1) − 1.
    const expected = Math.sqrt((4 / Math.sqrt(7) - 1) / 500)
    expect(Math.abs(found.standardError / expected - 1)).toBeLessThan(0.15)
  })
  it('bounds log Z from both sides: forward below, reverse above, closer with more temperatures', async () => {
    const base = gaussian(2, 2)
    // Exact draws: eigenvectors (1, ±1)/√2 with precisions 16 and 1.
    const axes = tf.tensor2d([
      [1 / 4, 1 / 4],
      [1, -1],
    ])
    const draws = tf.matMul(normal(key(5), [300, 2]) as tf.Tensor2D, tf.mul(Math.SQRT1_2, axes))
    const bounds = async (steps: number) => {
      // Evenly spaced in the logarithm of the sharper axis's precision, 1/4 … 16.
      const temperatures = Array.from({ length: steps + 1 }, (_, k) => (64 ** (k / steps) - 1) / 63)
      const stepSize = (beta: number) => 0.5 / Math.sqrt(0.25 + 4 * beta)
      const options = { temperatures, stepSize, integrationSteps: 4, key: key(6) }
      const forward = await annealedImportanceSampling(turned.energy, base, { ...options, chains: 300 })
      const reverse = await annealedImportanceSampling(turned.energy, base, { ...options, reverse: draws })
      const meanOfLogs = [forward.logWeights, reverse.logWeights].map(logs => meanOf(logs))
      expect(meanOfLogs[0]).toBeLessThan(turned.logPartition)
      expect(-meanOfLogs[1]).toBeGreaterThan(turned.logPartition)
      return { forward, reverse, gap: -meanOfLogs[1] - meanOfLogs[0] }
    }
    const [fine, coarse] = [await bounds(80), await bounds(10)]
    expect(fine.gap).toBeLessThan(0.5 * coarse.gap)
    for (const { logPartition, standardError, effectiveSampleSize } of [fine.forward, fine.reverse]) {
      expectWithin(logPartition, turned.logPartition, standardError, 3)
      expect(standardError).toBeLessThan(0.1)
      expect(effectiveSampleSize).toBeGreaterThan(60)
    }
  })
  it('gives the same for the same key, another for another, and leaves no tensor', async () => {
    const run = (seed: number) =>
      annealedImportanceSampling(turned.energy, gaussian(2, 2), {
        chains: 5,
        temperatures: 20,
        stepSize: 0.2,
        key: key(seed),
      })
    const first = await run(1)
    const before = tf.memory().numTensors
    expect(await run(1)).toEqual(first)
    expect((await run(2)).logPartition).not.toBe(first.logPartition)
    expect(tf.memory().numTensors).toBe(before)
  })
  it('gives weight 0 to chains where the energy is infinite, and refuses when none is left', async () => {
    // Half the line: log Z = log √(2π)/2.
    const half =
      (from: number): Energy =>
      x => {
        const flat = tf.reshape(x, [-1])
        return tf.where(
          tf.greater(flat, from),
          tf.div(tf.square(flat), 2),
          Number.POSITIVE_INFINITY,
        ) as tf.Tensor1D
      }
    const options = { chains: 400, temperatures: 20, stepSize: 0.5, key: key(4) }
    const found = await annealedImportanceSampling(half(0), gaussian(1, 1), options)
    expect(found.logWeights.includes(Number.NEGATIVE_INFINITY)).toBe(true)
    expectWithin(found.logPartition, Math.log(2 * Math.PI) / 2 - Math.LN2, found.standardError, 3)
    const nowhere = annealedImportanceSampling(half(100), gaussian(1, 1), options)
    await expect(nowhere).rejects.toThrow(/some chain must reach the other end, got weight 0 for all/)
  })
  it('names chain and temperature of a weight that is no number', async () => {
    const bad: Energy = x => {
      const flat = tf.reshape(x, [-1])
      return tf.where(tf.greater(flat, -100), tf.fill([x.size], Number.NaN), tf.square(flat)) as tf.Tensor1D
    }
    const run = annealedImportanceSampling(bad, gaussian(1, 1), {
      chains: 3,
      temperatures: 4,
      stepSize: 1,
      key: key(1),
    })
    await expect(run).rejects.toMatchObject({
      code: 'non-finite',
      message: 'annealedImportanceSampling: weights must be finite, got NaN for chain 0 at temperature 1',
    })
  })
  it('says how far it is, and stops for a signal', async () => {
    const controller = new AbortController()
    const done: number[] = []
    const run = (signal?: AbortSignal) =>
      annealedImportanceSampling(turned.energy, gaussian(2, 2), {
        chains: 4,
        temperatures: 40,
        stepSize: 0.1,
        key: key(1),
        signal,
        onProgress: progress => {
          done.push(progress.done)
          expect(progress.total).toBe(40)
          expect(progress.acceptance).toBeGreaterThan(0.5)
          expect(progress.acceptance).toBeLessThanOrEqual(1 + 1e-6)
          if (signal !== undefined) controller.abort(new Error('enough'))
        },
      })
    await run()
    expect(done).toEqual([16, 32, 40])
    const before = tf.memory().numTensors
    await expect(run(controller.signal)).rejects.toThrow('enough')
    expect(done).toEqual([16, 32, 40, 16])
    expect(tf.memory().numTensors).toBe(before)
  })
  it('refuses what does not fit', async () => {
    const options = { chains: 4, stepSize: 0.1, key: key(1) }
    const run = (more: object) =>
      annealedImportanceSampling(turned.energy, gaussian(1, 2), { ...options, ...more })
    await expect(run({ temperatures: [0, 0.5, 0.5, 1] })).rejects.toThrow(
      /^annealedImportanceSampling: temperatures must be numbers rising from 0 to 1, got \[0, 0.5, 0.5, 1\]$/,
    )
    await expect(run({ temperatures: [0.1, 1] })).rejects.toThrow(RangeError)
    await expect(run({ chains: 1 })).rejects.toThrow(/chains must be an integer of at least 2, got 1/)
    await expect(run({ stepSize: 0 })).rejects.toThrow(/stepSize must be a finite number above 0/)
    await expect(run({ reverse: tf.zeros([3, 2]) })).rejects.toThrow(
      /chains are the rows of reverse, got 4 and 3/,
    )
  })
})
