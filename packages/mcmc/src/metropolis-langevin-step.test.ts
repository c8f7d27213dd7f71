import { key, normal, split } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainState, type Energy } from './chain-state.ts'
import { metropolisLangevinStep } from './metropolis-langevin-step.ts'

/** x⁴/4 summed: gradient x³. */
const quartic: Energy = x => tf.div(tf.sum(tf.pow(x, 4), 1), 4) as tf.Tensor1D

describeBackends('metropolisLangevinStep', () => {
  it('moves some chains as they move among all', () => {
    const start = normal(key(3), [6, 2])
    const places = [4, 1, 5]
    const some = (x: tf.Tensor) => tf.gather(x, tf.tensor1d(places, 'int32'))
    const whole = metropolisLangevinStep(quartic, chainState(quartic, start), key(4), { stepSize: 0.9 })
    const part = metropolisLangevinStep(quartic, chainState(quartic, some(start)), key(4), {
      ...{ stepSize: 0.9, rows: places },
    })
    expectClose(part.state.position, some(whole.state.position).dataSync(), { absolute: 1e-6 })
    const { acceptanceProbability } = whole.info
    expectClose(part.info.acceptanceProbability, some(acceptanceProbability).dataSync(), { absolute: 1e-6 })
  })

  it("has the Langevin proposal and Metropolis and Hastings' ratio of densities", () => {
    const [chains, dimension, epsilon] = [32, 2, 0.6]
    const start = normal(key(1), [chains, dimension])
    const { state, info } = metropolisLangevinStep(quartic, chainState(quartic, start), key(2), {
      stepSize: epsilon,
    })
    const x = start.dataSync()
    const n = normal(split(key(2), 2)[0], [chains, dimension]).dataSync()
    const drift = (v: number) => v - (epsilon ** 2 / 2) * v ** 3
    const expected = Array.from({ length: chains }, (_, chain) => {
      let logRatio = 0
      const proposal = [0, 1].map(axis => {
        const from = x[chain * dimension + axis]
        const to = drift(from) + epsilon * n[chain * dimension + axis]
        // log p(x') q(x | x') − log p(x) q(x' | x), q normal with standard deviation ε about the drift.
        const back = (from - drift(to)) ** 2 / (2 * epsilon ** 2)
        const forth = (to - drift(from)) ** 2 / (2 * epsilon ** 2)
        logRatio += from ** 4 / 4 - to ** 4 / 4 - back + forth
        return to
      })
      return { probability: Math.min(1, Math.exp(logRatio)), proposal }
    })
    expectClose(
      info.acceptanceProbability,
      expected.map(row => row.probability),
      { absolute: 1e-5, relative: 1e-4 },
    )
    const [accepted, position] = [info.accepted.dataSync(), state.position.dataSync()]
    expect(new Set(accepted).size).toBe(2)
    expected.forEach(({ proposal }, chain) => {
      const from = x.slice(chain * dimension, (chain + 1) * dimension)
      expectClose(
        position.slice(chain * dimension, (chain + 1) * dimension),
        accepted[chain] ? proposal : from,
      )
    })
  })
  it('takes events of any rank and leaves nothing behind', () => {
    const energy: Energy = x => tf.sum(tf.square(x), [1, 2, 3]) as tf.Tensor1D
    const state = chainState(energy, normal(key(1), [3, 4, 4, 2]))
    const after = metropolisLangevinStep(energy, state, key(2), { stepSize: 0.05 })
    expect(after.state.position.shape).toEqual([3, 4, 4, 2])
    expectNoLeak(() => ({ ...metropolisLangevinStep(energy, state, key(2), { stepSize: 0.05 }) }))
  })
  it('refuses a step size that is none', () => {
    const state = chainState(quartic, tf.zeros([1, 1]))
    expect(() => metropolisLangevinStep(quartic, state, key(1), { stepSize: Number.NaN })).toThrow(
      /^metropolisLangevinStep: stepSize must be a finite number above 0, got NaN$/,
    )
  })
})
