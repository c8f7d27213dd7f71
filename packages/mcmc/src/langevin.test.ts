import { foldIn, key, normalValues } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import type { Energy } from './chain-state.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import { langevin } from './langevin.ts'
import { halfSquare } from './laws-in-test.ts'
import { shortLangevin } from './short-langevin.ts'

/** Wells x²/2 about 0 and about 100, and NaN between 2 and 50: chains that leave the first to the right break. */
const cliff: Energy = x => {
  const flat = tf.reshape(x, [-1])
  const second = tf.greater(flat, 50)
  const height = tf.div(tf.square(tf.where(second, tf.sub(flat, 100), flat)), 2)
  const broken = tf.logicalAnd(tf.greater(flat, 2), tf.logicalNot(second))
  return tf.where(broken, tf.fill([x.size], Number.NaN), height) as tf.Tensor1D
}

describeBackends('langevin', () => {
  it('draws from the unadjusted stationary law: variance T/(λ (1 − ε²λ/4)) along each axis', async () => {
    const [stepSize, temperature, chains] = [0.8, 0.5, 400]
    const curvature = [1, 4]
    const energy: Energy = x => tf.div(tf.sum(tf.mul(tf.square(x), curvature), 1), 2) as tf.Tensor1D
    const { draws, info } = await langevin(energy, tf.zeros([chains, 2]), {
      stepSize,
      temperature,
      steps: 160,
      warmup: 40,
      thin: 4,
      key: key(1),
    })
    expect(draws.shape).toEqual([40, chains, 2])
    expect(info.nonFinite).toEqual([])
    tf.unstack(draws, 2).forEach((axis, i) => {
      const lambda = curvature[i]
      const squares = tf.square(axis)
      const expected = temperature / (lambda * (1 - (stepSize ** 2 * lambda) / 4))
      const standardError = expected * Math.sqrt(2 / effectiveSampleSize(squares))
      expectWithin(meanOf(squares.dataSync()), expected, standardError)
      expect(standardError).toBeLessThan(0.05 * expected)
    })
  })
  it('ends where shortLangevin ends, whatever is kept and read between', async () => {
    const start = tf.tensor2d([1, 2, -1, 0.5], [2, 2])
    const options = { stepSize: 0.3, steps: 25, key: key(4) }
    const { state, draws } = await langevin(halfSquare, start, { ...options, thin: 7, reportEvery: 3 })
    expect(draws.shape).toEqual([3, 2, 2])
    expectClose(state.position, shortLangevin(halfSquare, start, options), { absolute: 0, relative: 0 })
    const last = await langevin(halfSquare, start, options)
    expectClose(last.draws, tf.expandDims(state.position, 0), { absolute: 0, relative: 0 })
    const other = await langevin(halfSquare, start, { ...options, key: key(5) })
    expect(Array.from(other.state.position.dataSync())).not.toEqual(Array.from(state.position.dataSync()))
  })
  it('case 23: throws an error that names the chain and the step where it stopped being finite', async () => {
    // Chain 1 runs up: x grows by half of ε² slope a step from 1.5 to beyond 2 at step 3.
    const uphill: Energy = x => {
      const flat = tf.reshape(x, [-1])
      return tf.where(tf.greater(flat, 2), tf.fill([x.size], Number.NaN), tf.mul(-0.4, flat)) as tf.Tensor1D
    }
    const start = tf.tensor2d([-5, 1.5], [2, 1])
    const run = langevin(uphill, start, { stepSize: 1, temperature: 0, steps: 8, key: key(1) })
    await expect(run).rejects.toMatchObject({ code: 'non-finite', argument: 'stepSize' })
    await expect(run).rejects.toThrow(/^langevin: chains must stay finite, got chain 1 not finite at step 3;/)
  })
  it('case 23: names a chain that starts where the energy is not finite as step 0', async () => {
    const run = langevin(cliff, tf.tensor2d([0, 1, 3], [3, 1]), {
      stepSize: 0.1,
      steps: 5,
      key: key(1),
      onNonFinite: () => 'freeze',
    })
    await expect(run).rejects.toThrow(/got chain 2 not finite at step 0/)
  })
  it("freezes a broken chain at its last finite position, the others' draws unchanged", async () => {
    const broken: { chain: number; step: number }[] = []
    const options = { stepSize: 0.7, steps: 60, key: key(2), thin: 1, reportEvery: 7 }
    const start = tf.tensor2d([1.9, 101], [2, 1])
    const { draws, state, info } = await langevin(cliff, start, {
      ...options,
      onNonFinite: event => {
        broken.push(event)
        return 'freeze'
      },
    })
    expect(info.nonFinite).toEqual(broken)
    expect(broken).toHaveLength(1)
    const [{ chain, step }] = broken
    expect(chain).toBe(0)
    expect(step).toBeGreaterThan(1)
    // Without the cliff, by the recursion and the same noise.
    const free = [1.9, 101]
    for (let at = 1; at <= 60; at++) {
      const noise = normalValues(foldIn(key(2), at), 2)
      const row = tf.gather(draws, at - 1).dataSync()
      ;[0, 100].forEach((well, i) => {
        const moved = free[i] - 0.245 * (free[i] - well) + 0.7 * noise[i]
        if (i === 1 || at < step) free[i] = moved
        else if (at === step) expect(moved).toBeGreaterThan(2)
        expect(row[i]).toBeCloseTo(free[i], 3)
      })
    }
    expectClose(state.position, tf.gather(draws, 59))
  })
  it('restarts a broken chain at its start, and goes on', async () => {
    const { draws, info } = await langevin(cliff, tf.tensor2d([1.9, 0], [2, 1]), {
      stepSize: 0.7,
      steps: 300,
      key: key(2),
      thin: 1,
      reportEvery: 10,
      onNonFinite: () => 'restart',
    })
    const first = info.nonFinite.filter(({ chain }) => chain === 0)
    expect(first.length).toBeGreaterThan(1)
    const rows = draws.dataSync()
    const looked = Math.ceil(first[0].step / 10) * 10
    expect(rows[2 * (looked - 1)]).toBeCloseTo(1.9, 6)
    expect(rows[2 * looked]).not.toBe(rows[2 * (looked - 1)])
    expect(Array.from(rows).every(x => x <= 2)).toBe(true)
  })
  it('reports progress, stops for a signal, and leaves no tensors but its results over 200 steps', async () => {
    const start = tf.ones([3, 2])
    const controller = new AbortController()
    const steps: number[] = []
    const run = (signal?: AbortSignal) =>
      langevin(halfSquare, start, {
        stepSize: 0.1,
        steps: 200,
        reportEvery: 50,
        key: key(1),
        signal,
        onProgress: progress => {
          steps.push(progress.step)
          expect(progress).toMatchObject({ totalSteps: 200, stepSize: 0.1, acceptance: 1 })
          expect(progress.meanEnergy).toBeGreaterThan(0)
          if (signal !== undefined) controller.abort(new Error('enough'))
        },
      })
    const before = tf.memory().numTensors
    const { state, draws } = await run()
    expect(steps).toEqual([50, 100, 150, 200])
    tf.dispose([state, draws])
    await expect(run(controller.signal)).rejects.toThrow('enough')
    expect(steps).toEqual([50, 100, 150, 200, 50])
    expect(tf.memory().numTensors).toBe(before)
  })
  it('refuses options that make no run', async () => {
    const run = (more: object) =>
      langevin(halfSquare, tf.ones([1, 1]), { stepSize: 0.1, steps: 5, key: key(1), ...more })
    await expect(run({ steps: 0 })).rejects.toThrow(
      /^langevin: steps must be an integer of at least 1, got 0$/,
    )
    await expect(run({ thin: 0 })).rejects.toThrow(/thin must be/)
    await expect(run({ warmup: -1 })).rejects.toThrow(/warmup must be/)
    await expect(run({ stepSize: -1 })).rejects.toThrow(/stepSize must be a finite number above 0/)
  })
})
