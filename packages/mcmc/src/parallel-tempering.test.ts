import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import type { Energy } from './chain-state.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import { hamiltonian } from './hamiltonian.ts'
import { gaussian, halfSquare } from './laws-in-test.ts'
import { parallelTempering } from './parallel-tempering.ts'
import { rHat } from './r-hat.ts'

/** 0.3 N(−8, 1) + 0.7 N(8, 1), less 3 nats: log Z = 3. */
const wells: Energy = x => {
  const flat = tf.reshape(x, [-1])
  const well = (center: number, share: number) =>
    tf.add(tf.div(tf.square(tf.sub(flat, center)), -2), Math.log(share / Math.sqrt(2 * Math.PI)))
  const [left, right] = [well(-8, 0.3), well(8, 0.7)]
  const high = tf.maximum(left, right)
  const sum = tf.add(tf.exp(tf.sub(left, high)), tf.exp(tf.sub(right, high)))
  return tf.neg(tf.add(tf.add(high, tf.log(sum)), 3)) as tf.Tensor1D
}

describeBackends('parallelTempering', () => {
  it('gives the same for the same key, whatever is reported, another for another, and leaves no tensor', async () => {
    const run = (seed: number, more: object = {}) =>
      parallelTempering(wells, gaussian(10, 1), {
        chains: 3,
        temperatures: 3,
        stepSize: 0.5,
        integrationSteps: 2,
        warmup: 20,
        steps: 20,
        thin: 5,
        key: key(seed),
        ...more,
      })
    const first = await run(1)
    expect(first.draws.shape).toEqual([4, 3, 1])
    expectClose(first.state.position, tf.gather(first.draws, 3), { absolute: 0, relative: 0 })
    expectClose(first.state.energy, (wells as (x: tf.Tensor) => tf.Tensor1D)(first.state.position))
    const before = tf.memory().numTensors
    const again = await run(1, { reportEvery: 1, onProgress: () => {} })
    expectClose(again.draws, first.draws, { absolute: 0, relative: 0 })
    expect(again.info).toEqual(first.info)
    tf.dispose([again.state, again.draws])
    const other = await run(2)
    expect(other.info.logPartition).not.toBe(first.info.logPartition)
    tf.dispose([other.state, other.draws])
    expect(tf.memory().numTensors).toBe(before)
  })
  it('stays where the energy is finite, and counts what it refuses', async () => {
    // Half the line, NaN beyond: log Z = log √(2π)/2.
    const half: Energy = x => {
      const flat = tf.reshape(x, [-1])
      return tf.where(
        tf.greater(flat, 0),
        tf.div(tf.square(flat), 2),
        tf.fill([x.size], Number.NaN),
      ) as tf.Tensor1D
    }
    const { draws, info } = await parallelTempering(half, gaussian(3, 1), {
      start: tf.ones([20, 1]),
      temperatures: 3,
      stepSize: 0.9,
      integrationSteps: 2,
      steps: 300,
      warmup: 50,
      thin: 1,
      key: key(4),
    })
    const x = tf.squeeze(draws, [2])
    expect(Array.from(x.dataSync()).every(value => value > 0)).toBe(true)
    expect(Math.min(...info.divergences)).toBeGreaterThan(1)
    const error = Math.sqrt((1 - 2 / Math.PI) / effectiveSampleSize(x))
    expectWithin(meanOf(x.dataSync()), Math.sqrt(2 / Math.PI), error)
    expectWithin(info.logPartition, Math.log(2 * Math.PI) / 2 - Math.LN2, info.standardError)
    const nowhere = parallelTempering(half, gaussian(3, 1), {
      start: tf.tensor2d([1, -1], [2, 1]),
      stepSize: 1,
      steps: 1,
      key: key(1),
    })
    await expect(nowhere).rejects.toMatchObject({
      code: 'non-finite',
      message: 'parallelTempering: start must have finite energy, got NaN at chain 1, step 0',
    })
  })
  it('reports, stops for a signal, and leaves no tensor', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const run = (signal?: AbortSignal) =>
      parallelTempering(halfSquare, gaussian(2, 2), {
        chains: 2,
        temperatures: 2,
        stepSize: 0.5,
        integrationSteps: 1,
        warmup: 10,
        steps: 50,
        reportEvery: 25,
        key: key(1),
        signal,
        onProgress: ({ step, totalSteps, meanEnergy, acceptance, stepSize }) => {
          seen.push(step)
          expect(totalSteps).toBe(60)
          expect(Number.isFinite(meanEnergy) && stepSize > 0 && acceptance > 0 && acceptance <= 1).toBe(true)
          if (signal !== undefined) controller.abort(new Error('enough'))
        },
      })
    const before = tf.memory().numTensors
    const { state, draws } = await run()
    expect(seen).toEqual([25, 50, 60])
    tf.dispose([state, draws])
    await expect(run(controller.signal)).rejects.toThrow('enough')
    expect(seen.at(-1)).toBe(25)
    expect(tf.memory().numTensors).toBe(before)
  })
  it('refuses what does not fit', async () => {
    const run = (more: object) =>
      parallelTempering(halfSquare, gaussian(2, 2), { stepSize: 0.5, steps: 5, key: key(1), ...more })
    await expect(run({ temperatures: [0, 0.5] })).rejects.toThrow(
      /^parallelTempering: temperatures must be numbers rising from 0 to 1, got \[0, 0.5\]$/,
    )
    await expect(run({ chains: 0 })).rejects.toThrow(/chains must be an integer of at least 1, got 0/)
    await expect(run({ chains: 3, start: tf.zeros([2, 2]) })).rejects.toThrow(
      /chains are the rows of start, got 3 and 2/,
    )
    await expect(run({ stepSize: () => 0 })).rejects.toThrow(/stepSize must be a finite number above 0/)
    await expect(run({ kernel: 'gibbs' })).rejects.toThrow(/kernel must be/)
    await expect(run({ targetAcceptance: 1 })).rejects.toThrow(/targetAcceptance must be/)
  })
})

describeBackends(
  'parallelTempering by closed forms',
  () => {
    it('crosses between wells that Hamiltonian chains never leave, in proportion', async () => {
      const start = tf.fill([10, 1], -8)
      const options = { stepSize: 0.5, warmup: 96, thin: 1, key: key(1) }
      const stuck = await hamiltonian(wells, start, { ...options, warmup: 0, steps: 60 })
      expect(Array.from(stuck.draws.dataSync()).every(x => x < 0)).toBe(true)
      const { draws, info } = await parallelTempering(wells, gaussian(10, 1), {
        ...options,
        start,
        integrationSteps: 2,
        steps: 450,
        temperatures: 5,
      })
      expect(draws.shape).toEqual([450, 10, 1])
      const right = tf.cast(tf.greater(tf.squeeze(draws, [2]), 0), 'float32')
      const error = Math.sqrt((0.3 * 0.7) / effectiveSampleSize(right))
      expect(error).toBeLessThan(0.03)
      expectWithin(meanOf(right.dataSync()), 0.7, error, 3)
      expect(rHat(tf.squeeze(draws, [2]))).toBeLessThan(1.01)
      expectWithin(info.logPartition, 3, info.standardError, 3)
      expect(info.standardError).toBeLessThan(0.1)
      expect(Math.min(...info.roundTrips)).toBeGreaterThan(10)
    })
    it.each(['hamiltonian', 'metropolisLangevin', 'noUTurn'] as const)(
      'swaps and travels as closed forms say of Gaussians, by %s',
      async kernel => {
        const [steps, chains, scale] = [60, 60, 8]
        const { draws, info } = await parallelTempering(halfSquare, gaussian(scale, 2), {
          chains,
          temperatures: 4,
          stepSize: beta => 0.8 / Math.sqrt(scale ** -2 + beta),
          kernel,
          integrationSteps: 3,
          warmup: 96,
          steps,
          thin: 1,
          key: key(2),
        })
        // Neighbours of precisions a < b refuse (b − a)/(a + b), |x|²/2 being exponential at both.
        const precision = (beta: number) => scale ** -2 * (1 - beta) + beta
        const refusals = info.temperatures.slice(1).map((beta, r) => {
          const [a, b] = [precision(info.temperatures[r]), precision(beta)]
          return (b - a) / (a + b)
        })
        refusals.forEach((refusal, r) => {
          expect(Math.abs(1 - info.swapRates[r] - refusal)).toBeLessThan(0.04)
          // Adapted to equal rejection: precisions in proportion, a factor of √8 each.
          expect(Math.abs(refusal - (Math.sqrt(8) - 1) / (Math.sqrt(8) + 1))).toBeLessThan(0.1)
        })
        expectWithin(info.logPartition, Math.log(2 * Math.PI), info.standardError, 3.5)
        expect(info.standardError).toBeLessThan(0.1)
        expect(info.divergences).toEqual([0, 0, 0, 0])
        const [x, y] = tf.unstack(draws, 2)
        for (const [values, expected, variance] of [
          [x, 0, 1],
          [tf.square(y), 1, 2],
          [tf.mul(x, y), 0, 1],
        ] as [tf.Tensor, number, number][]) {
          const size = effectiveSampleSize(values)
          expect(size).toBeGreaterThan(400)
          expectWithin(meanOf(values.dataSync()), expected, Math.sqrt(variance / size), 3.5)
        }
        // Syed et al. 2022, corollary 2: replicas that forget between swaps make 1/(2 + 2 Σ r/(1 − r)) round trips a step.
        const rate = 1 / (2 + 2 * refusals.reduce((sum, r) => sum + r / (1 - r), 0))
        const ratio = meanOf(info.roundTrips) / (steps * rate)
        expect(ratio).toBeGreaterThan(0.75)
        expect(ratio).toBeLessThan(1.1)
      },
    )
    it('keeps temperatures that are given, adapts each step size to the acceptance asked for', async () => {
      const { info } = await parallelTempering(halfSquare, gaussian(8, 2), {
        chains: 30,
        temperatures: [0, 0.01, 0.1, 1],
        stepSize: 0.05,
        integrationSteps: 1,
        warmup: 150,
        steps: 60,
        key: key(3),
        targetAcceptance: 0.7,
      })
      expect(info.temperatures).toEqual([0, 0.01, 0.1, 1])
      for (const acceptance of info.acceptance) expect(Math.abs(acceptance - 0.7)).toBeLessThan(0.1)
      // Widths of 1/√precision.
      const widths = [0.01, 0.1, 1].map(beta => 1 / Math.sqrt((1 - beta) / 64 + beta))
      const ratios = info.stepSizes.map((stepSize, r) => stepSize / widths[r])
      expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.3)
      expect(info.stepSizes[2]).toBeGreaterThan(0.5)
    })
  },
  { backends: ['wasm'] },
)
