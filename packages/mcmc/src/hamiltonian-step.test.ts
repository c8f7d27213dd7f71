import { foldIn, key, normal, split, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type ChainState, chainState, type Energy } from './chain-state.ts'
import { hamiltonianStep } from './hamiltonian-step.ts'
import { halfSquare, wells } from './laws-in-test.ts'

describeBackends('hamiltonianStep', () => {
  it('accepts by u < min(1, exp(−ΔH)) with ΔH by float64', () => {
    const count = 64
    const start = normal(key(1), [count, 1])
    const [momentumKey, testKey] = split(key(2), 2)
    const p0 = normal(momentumKey, [count, 1]).dataSync()
    const u = uniformValues(testKey, count)
    const x0 = start.dataSync()
    const { state, info } = hamiltonianStep(wells.energy, chainState(wells.energy, start), key(2), {
      stepSize: 0.45,
      integrationSteps: 3,
    })
    const expected = Array.from(x0, (from, i) => {
      let [x, p] = [from, p0[i]]
      for (let step = 0; step < 3; step++) {
        p -= 0.225 * wells.slope(x)
        x += 0.45 * p
        p -= 0.225 * wells.slope(x)
      }
      const probability = Math.min(1, Math.exp(wells.at(from) + p0[i] ** 2 / 2 - wells.at(x) - p ** 2 / 2))
      return { probability, accepted: u[i] < probability, x: u[i] < probability ? x : from }
    })
    expectClose(
      info.acceptanceProbability,
      expected.map(row => row.probability),
      { absolute: 1e-4, relative: 1e-4 },
    )
    expectClose(
      info.accepted,
      expected.map(row => Number(row.accepted)),
    )
    expectClose(
      state.position,
      expected.map(row => row.x),
      { absolute: 1e-5 },
    )
    expectClose(
      state.energy,
      expected.map(row => wells.at(row.x)),
      { absolute: 1e-4, relative: 1e-4 },
    )
    expectClose(
      state.gradient,
      expected.map(row => wells.slope(row.x)),
      { absolute: 1e-4, relative: 1e-4 },
    )
    expect(new Set(expected.map(row => row.accepted)).size).toBe(2)
  })
  it('leaves exp(−energy) of a double well as it is: moments equal quadrature', () => {
    // Start in exact draws and move: any lack of balance would show.
    const count = 20_000
    let state: ChainState = chainState(wells.energy, wells.draws(key(8), count))
    for (let step = 1; step <= 12; step++) {
      state = hamiltonianStep(wells.energy, state, foldIn(key(9), step), {
        stepSize: 0.5,
        integrationSteps: 2,
      }).state
    }
    const x = state.position.dataSync()
    for (const f of [(v: number) => v, (v: number) => v * v, (v: number) => Number(v > 0), wells.at]) {
      const variance = wells.moment(v => f(v) ** 2) - wells.moment(f) ** 2
      expectWithin(meanOf(x, f), wells.moment(f), Math.sqrt(variance / count))
    }
  })
  it('case 25: a lower energy is accepted without overflow, and NaN or infinite proposals never are', () => {
    const options = { stepSize: 1, integrationSteps: 1 }
    const fallen: Energy = x => tf.mul(tf.sum(x, 1), 1e6) as tf.Tensor1D
    const { state: down, info } = hamiltonianStep(
      fallen,
      chainState(fallen, tf.zeros([8, 1])),
      key(1),
      options,
    )
    expectClose(down.energy, tf.mul(tf.squeeze(down.position, [1]), 1e6), { relative: 1e-6 })
    expect(Array.from(info.acceptanceProbability.dataSync()).every(p => p >= 0 && p <= 1)).toBe(true)
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      // Flat, and `bad` to the right of 0.
      const walled: Energy = x => {
        const flat = tf.reshape(x, [-1])
        return tf.where(tf.greater(flat, 0), tf.fill([x.size], bad), tf.mul(flat, 0)) as tf.Tensor1D
      }
      const start = tf.fill([256, 1], -0.01)
      const { state, info } = hamiltonianStep(walled, chainState(walled, start), key(3), options)
      const [x, accepted] = [state.position.dataSync(), info.accepted.dataSync()]
      const [probability, divergent] = [info.acceptanceProbability.dataSync(), info.divergent.dataSync()]
      expect(Array.from(x).every(v => v <= 0)).toBe(true)
      expect(
        Array.from(accepted, (a, i) => (a === 1) === (x[i] !== start.dataSync()[0])).every(Boolean),
      ).toBe(true)
      const refused = Array.from(accepted).filter(a => a === 0).length
      expect(refused).toBeGreaterThan(90)
      expect(Array.from(accepted).filter((a, i) => a === 0 && probability[i] !== 0)).toHaveLength(0)
      expect(Array.from(divergent).filter(Boolean)).toHaveLength(refused)
      expectClose(state.energy, tf.zeros([256]))
    }
  })
  it('calls a rise of more than 1000 divergent, finite as it is', () => {
    // Energy x²/2 from 1 by one step: 25 leaps to about −311 ± 25, 2.5 to about −2 ± 2.5.
    const state = chainState(halfSquare, tf.ones([16, 1]))
    const divergent = (stepSize: number) =>
      tf
        .sum(hamiltonianStep(halfSquare, state, key(1), { stepSize, integrationSteps: 1 }).info.divergent)
        .dataSync()[0]
    expect(divergent(25)).toBe(16)
    expect(divergent(2.5)).toBe(0)
  })
  it('leaves nothing behind over 200 steps', () => {
    let state: ChainState = chainState(wells.energy, tf.zeros([4, 1]))
    const before = tf.memory().numTensors
    for (let step = 1; step <= 200; step++) {
      const options = { stepSize: 0.2, integrationSteps: 2 }
      const next = hamiltonianStep(wells.energy, state, foldIn(key(1), step), options)
      tf.dispose([next.info, state])
      state = next.state
    }
    expect(tf.memory().numTensors).toBe(before)
    expectNoLeak(() => ({ ...hamiltonianStep(wells.energy, state, key(1), { stepSize: 0.2 }) }))
  })
  it('refuses options that make no trajectory', () => {
    const state = chainState(wells.energy, tf.zeros([1, 1]))
    expect(() => hamiltonianStep(wells.energy, state, key(1), { stepSize: -1 })).toThrow(
      /stepSize must be a finite number above 0/,
    )
    expect(() => hamiltonianStep(wells.energy, state, key(1), { stepSize: 1, integrationSteps: 0 })).toThrow(
      /^hamiltonianStep: integrationSteps must be an integer of at least 1, got 0$/,
    )
  })
})
