import { key, normal } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { acceptance } from './acceptance.ts'
import type { Energy } from './chain-state.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import { hamiltonian } from './hamiltonian.ts'
import { quadratic } from './laws-in-test.ts'
import { metropolisLangevin } from './metropolis-langevin.ts'
import { noUTurn } from './no-u-turn.ts'
import { rHat } from './r-hat.ts'

/** Mean (1, −2), covariance [[1, 0.8], [0.8, 2]]. */
const mean = [1, -2]
const covariance = [
  [1, 0.8],
  [0.8, 2],
]
const determinant = 1 * 2 - 0.8 ** 2
const precision = [
  [2 / determinant, -0.8 / determinant],
  [-0.8 / determinant, 1 / determinant],
]
const correlated = quadratic(precision, mean)

const samplers = [
  { sampler: metropolisLangevin, name: 'metropolisLangevin', target: 0.574, steps: 240 },
  { sampler: hamiltonian, name: 'hamiltonian', target: 0.8, steps: 80 },
  { sampler: noUTurn, name: 'noUTurn', target: 0.8, steps: 40 },
]

describeBackends('metropolis-tested chains', () => {
  const start = () => normal(key(1), [4, 2])
  it.each(samplers)(
    "$name has a correlated Gaussian's moments within the error its ESS says",
    async ({ sampler, steps }) => {
      const chains = 50
      const { draws, info } = await sampler(
        correlated,
        normal(key(1), [chains, 2], { standardDeviation: 2 }),
        {
          stepSize: 0.3,
          warmup: 100,
          steps,
          thin: 1,
          key: key(2),
        },
      )
      expect(draws.shape).toEqual([steps, chains, 2])
      expectClose(info.divergences, tf.zeros([chains]))
      const [x, y] = tf.unstack(draws, 2)
      const [dx, dy] = [tf.sub(x, mean[0]), tf.sub(y, mean[1])]
      // E and Var of each: a product of Gaussians has variance s₁₁ s₂₂ + s₁₂².
      const checks: [tf.Tensor, number, number][] = [
        [x, mean[0], covariance[0][0]],
        [y, mean[1], covariance[1][1]],
        [tf.square(dx), covariance[0][0], 2 * covariance[0][0] ** 2],
        [tf.square(dy), covariance[1][1], 2 * covariance[1][1] ** 2],
        [tf.mul(dx, dy), covariance[0][1], covariance[0][0] * covariance[1][1] + covariance[0][1] ** 2],
      ]
      for (const [values, expected, variance] of checks) {
        const size = effectiveSampleSize(values)
        expect(size).toBeGreaterThan(400)
        expectWithin(meanOf(values.dataSync()), expected, Math.sqrt(variance / size), 3.5)
        expect(rHat(values)).toBeLessThan(1.1)
      }
    },
  )
  const fixedLength = samplers.filter(({ name }) => name !== 'noUTurn')
  it.each(fixedLength)('$name adapts its step size to the target acceptance', async ({ sampler, target }) => {
    // Ten dimensions: large enough for acceptance to fall smoothly with the step size.
    const energy: Energy = x => tf.div(tf.sum(tf.square(x), 1), 2) as tf.Tensor1D
    for (const stepSize of [0.02, 5]) {
      const run = await sampler(energy, normal(key(3), [40, 10]), {
        stepSize,
        warmup: 150,
        steps: 60,
        key: key(4),
      })
      expect(Math.abs(meanOf(run.info.acceptance) - target)).toBeLessThan(0.06)
      const asked = await sampler(energy, normal(key(3), [40, 10]), {
        stepSize,
        warmup: 150,
        steps: 60,
        key: key(4),
        targetAcceptance: 0.95,
      })
      expect(Math.abs(meanOf(asked.info.acceptance) - 0.95)).toBeLessThan(0.04)
      expect(asked.info.stepSize).toBeLessThan(run.info.stepSize)
    }
  })
  it('noUTurn adapts its step size to the target acceptance', async () => {
    const energy: Energy = x => tf.div(tf.sum(tf.square(x), 1), 2) as tf.Tensor1D
    const { info } = await noUTurn(energy, normal(key(3), [20, 10]), {
      stepSize: 0.3,
      warmup: 80,
      steps: 30,
      key: key(4),
      targetAcceptance: 0.9,
    })
    expect(Math.abs(meanOf(info.acceptance) - 0.9)).toBeLessThan(0.05)
    // Half a turn of N(0, 1) is π: trajectories of at most 2π, and of 2^depth − 1 steps with a half thrown away at most.
    const [depth, steps] = [meanOf(info.treeDepth), meanOf(info.integrationSteps)]
    expect(2 ** depth * info.stepSize).toBeGreaterThan(1)
    expect(2 ** depth * info.stepSize).toBeLessThan(2 * Math.PI)
    expect(steps).toBeGreaterThanOrEqual(2 ** depth - 1)
    expect(steps).toBeLessThan(2 ** (depth + 1))
    expectClose(info.unfinished, tf.zeros([20]))
  })
  it.each(samplers)(
    '$name keeps its step size without a warm-up; the same key gives the same draws',
    async ({ sampler }) => {
      const run = (seed: number, more: object = {}) =>
        sampler(correlated, start(), { stepSize: 0.4, steps: 12, thin: 1, key: key(seed), ...more })
      const first = await run(5)
      expect(first.info.stepSize).toBe(0.4)
      const again = await run(5, { reportEvery: 1, onProgress: () => {} })
      expectClose(again.draws, first.draws, { absolute: 0, relative: 0 })
      expectClose(first.state.position, tf.gather(first.draws, 11), { absolute: 0, relative: 0 })
      expect(Array.from((await run(6)).draws.dataSync())).not.toEqual(Array.from(first.draws.dataSync()))
      // The share of moves estimates the mean acceptance probability: a binomial error over 48 of them.
      expectWithin(meanOf(acceptance(first.draws)), meanOf(first.info.acceptance), Math.sqrt(0.25 / 44))
    },
  )
  it.each(samplers)('$name takes an option given as undefined for one not given', async ({ sampler }) => {
    const options = { stepSize: 0.4, warmup: 3, steps: 5, key: key(2) }
    const absent = Object.fromEntries(
      ['targetAcceptance', 'jitter', 'integrationSteps', 'integrator', 'mass', 'thin', 'reportEvery'].map(
        name => [name, undefined],
      ),
    )
    const [given, left] = [
      await sampler(correlated, start(), { ...options, ...absent }),
      await sampler(correlated, start(), options),
    ]
    expectClose(given.draws, left.draws, { absolute: 0, relative: 0 })
    expect(given.info).toEqual(left.info)
  })
  it('visits both wells of a double well in the proportion quadrature gives', async () => {
    const wells: Energy = x => {
      const flat = tf.reshape(x, [-1])
      return tf.add(tf.mul(2, tf.square(tf.sub(tf.square(flat), 1))), tf.div(flat, 2)) as tf.Tensor1D
    }
    let [right, total] = [0, 0]
    for (let x = -4; x <= 4; x += 0.001) {
      const weight = Math.exp(-2 * (x * x - 1) ** 2 - x / 2)
      total += weight
      if (x > 0) right += weight
    }
    // All start in the unlikelier well.
    const { draws } = await hamiltonian(wells, tf.ones([100, 1]), {
      stepSize: 0.3,
      integrationSteps: 5,
      warmup: 100,
      steps: 100,
      thin: 1,
      key: key(7),
    })
    const inRight = tf.cast(tf.greater(tf.squeeze(draws, [2]), 0), 'float32')
    const share = right / total
    const standardError = Math.sqrt((share * (1 - share)) / effectiveSampleSize(inRight))
    expect(standardError).toBeLessThan(0.03)
    expectWithin(meanOf(inRight.dataSync()), share, standardError, 3)
  })
  it('case 25: chains never enter where the energy is NaN, and count as divergent there', async () => {
    const walled: Energy = x => {
      const flat = tf.reshape(x, [-1])
      return tf.where(
        tf.greater(flat, 0),
        tf.div(tf.square(flat), 2),
        tf.fill([x.size], Number.NaN),
      ) as tf.Tensor1D
    }
    const { draws, info } = await metropolisLangevin(walled, tf.ones([50, 1]), {
      stepSize: 0.9,
      steps: 200,
      thin: 1,
      key: key(8),
    })
    expect(Array.from(draws.dataSync()).every(x => x > 0)).toBe(true)
    expect(meanOf(info.divergences)).toBeGreaterThan(1)
    // What is left is the half normal, of mean √(2/π).
    const x = tf.squeeze(draws, [2])
    const standardError = Math.sqrt((1 - 2 / Math.PI) / effectiveSampleSize(x))
    expectWithin(meanOf(x.dataSync()), Math.sqrt(2 / Math.PI), standardError)
  })
  it.each(samplers)(
    '$name names a chain that starts where the energy is not finite',
    async ({ sampler, name }) => {
      const energy: Energy = x => tf.sum(tf.log(x), 1)
      const before = tf.memory().numTensors
      const start = tf.tensor2d([1, 1, -1, 1], [2, 2])
      await expect(sampler(energy, start, { stepSize: 0.1, steps: 3, key: key(1) })).rejects.toMatchObject({
        code: 'non-finite',
        message: `${name}: start must have finite energy, got NaN at chain 1, step 0`,
      })
      start.dispose()
      expect(tf.memory().numTensors).toBe(before)
    },
  )
  it.each(samplers)(
    '$name reports, stops for a signal, and leaves no tensors but its results over 200 steps',
    async ({ sampler }) => {
      const start = tf.ones([3, 2])
      const controller = new AbortController()
      const seen: number[] = []
      const run = (signal?: AbortSignal) =>
        sampler(correlated, start, {
          stepSize: 0.3,
          warmup: 40,
          steps: 160,
          reportEvery: 50,
          key: key(1),
          signal,
          onProgress: ({ step, totalSteps, meanEnergy, acceptance: share, stepSize }) => {
            seen.push(step)
            expect(totalSteps).toBe(200)
            expect(Number.isFinite(meanEnergy) && stepSize > 0 && share > 0 && share <= 1).toBe(true)
            if (signal !== undefined) controller.abort(new Error('enough'))
          },
        })
      const before = tf.memory().numTensors
      const { state, draws } = await run()
      expect(seen).toEqual([50, 100, 150, 200])
      tf.dispose([state, draws])
      await expect(run(controller.signal)).rejects.toThrow('enough')
      expect(seen.at(-1)).toBe(50)
      expect(tf.memory().numTensors).toBe(before)
    },
  )
  it('lets other events through on a long run: an abort from outside arrives', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('stopped')), 20)
    const run = hamiltonian(correlated, tf.ones([2, 2]), {
      stepSize: 0.1,
      steps: 1e6,
      key: key(1),
      signal: controller.signal,
    })
    await expect(run).rejects.toThrow('stopped')
  })
  it.each(samplers)('$name refuses options that make no run', async ({ sampler, name }) => {
    const run = (more: object) =>
      sampler(correlated, tf.ones([1, 2]), { stepSize: 0.1, steps: 5, key: key(1), ...more })
    await expect(run({ targetAcceptance: 1 })).rejects.toThrow(
      `${name}: targetAcceptance must be a number above 0 and below 1, got 1`,
    )
    await expect(run({ stepSize: 0 })).rejects.toThrow(`${name}: stepSize must be a finite number above 0`)
    await expect(run({ reportEvery: 0 })).rejects.toThrow(/reportEvery must be/)
  })
})
