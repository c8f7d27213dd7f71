import type { ColumnBlock } from '@chiaro/data'
import { gaussianNoise, oneHotNoise, productNoise } from '@chiaro/noise'
import { key, normalValues } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { boltzmann } from './boltzmann.ts'
import { mixture } from './mixture.ts'
import { network } from './network.ts'
import { tilt } from './tilt.ts'

const numbers = (count: number): ColumnBlock[] =>
  Array.from({ length: count }, (_, i) => ({ name: `x${i}`, kind: 'numeric', start: i, width: 1 }))
const coins: ColumnBlock[] = [0, 1, 2].map(i => ({
  ...{ name: `c${i}`, kind: 'categorical', start: 2 * i, width: 2 },
}))
const noise = gaussianNoise({ mean: [0, 0], deviation: [1, 1] })
const free = (energy: { readonly parameters: Readonly<Record<string, tf.Variable>> }) =>
  tf.dispose(Object.values(energy.parameters))

describeBackends('energies', () => {
  it('boltzmann reads a category as a unit, and gives rows back', async () => {
    const context = { noise, blocks: coins, width: 6, hidden: 4 }
    const { energy, exact, gibbsStep } = boltzmann.make(context, key(1))
    const { visibleBias, hiddenBias, weights } = energy.parameters
    visibleBias.assign(tf.tensor1d([0.5, -1, 2]))
    hiddenBias.assign(tf.tensor1d([0.1, 0.2, -0.3, 0.4]))
    const W = await weights.data()
    // The units' free energy, in float64: −bᵀv − Σ softplus(c + vW).
    const freeEnergy = (v: readonly number[]) => {
      const linear = v.reduce((sum, on, i) => sum + on * [0.5, -1, 2][i], 0)
      const soft = [0.1, 0.2, -0.3, 0.4].map((c, j) =>
        Math.log1p(Math.exp(c + v.reduce((sum, on, i) => sum + on * W[4 * i + j], 0))),
      )
      return -linear - soft.reduce((sum, value) => sum + value, 0)
    }
    const states = Array.from({ length: 8 }, (_, s) => [s & 1, (s >> 1) & 1, (s >> 2) & 1])
    const rows = tf.tensor2d(states.map(v => v.flatMap(on => [1 - on, on])))
    expectClose(energy.energy(rows), states.map(freeEnergy))
    const total = states.reduce((sum, v) => sum + Math.exp(-freeEnergy(v)), 0)
    expectClose(exact?.exactLogPartition() as tf.Scalar, [Math.log(total)])
    const share = states.filter(v => v[2] === 1).reduce((sum, v) => sum + Math.exp(-freeEnergy(v)) / total, 0)
    for (const drawn of [
      exact?.sample(key(2), 4000),
      gibbsStep?.(key(3), exact?.sample(key(4), 4000) as tf.Tensor),
    ]) {
      const values = await (drawn as tf.Tensor).data()
      const thirds = values.filter((_, i) => i % 6 === 5)
      expectWithin(meanOf(thirds), share, Math.sqrt((share * (1 - share)) / 4000))
      expect(values.every((value, i) => (value === 0 || value === 1) && value + values[i ^ 1] === 1)).toBe(
        true,
      )
    }
    free(energy)
  })

  it('boltzmann of two large layers has no sum to wait for', () => {
    const blocks = Array.from({ length: 21 }, (_, i) => ({ ...coins[0], name: `${i}`, start: 2 * i }))
    const { energy, exact } = boltzmann.make({ noise, blocks, width: 42, hidden: 21 }, key(1))
    expect(exact).toBeUndefined()
    free(energy)
  })

  it('a mixture begins where EM ends', async () => {
    const values = normalValues(key(5), 600).map((z, i) => (i % 4 < 2 ? -4 : 4) + z)
    const rows = { values, width: 2, count: 300, imputed: 0 }
    const fitted = await mixture.fit?.(rows, { components: 2 }, key(6))
    const made = mixture.make({ noise, blocks: numbers(2), width: 2, components: 2, fitted }, key(7))
    const at = tf.tensor2d([-4, -4, 4, 4, 0, 0], [3, 2])
    // Two standard normals at (−4, −4) and (4, 4): −log p there is log 4π, to what 150 rows tell of each.
    const energies = await made.energy.energy(at).data()
    for (const value of energies.slice(0, 2))
      expect(Math.abs(value - Math.log(4 * Math.PI))).toBeLessThan(0.25)
    expect(energies[2]).toBeGreaterThan(10)
    expectClose(made.exact?.exactLogPartition() as tf.Scalar, [0])
    free(made.energy)
  })

  it('a network tilts a wide Gaussian and equal categories, whatever the noise', () => {
    const blocks: ColumnBlock[] = [...numbers(1), { ...coins[0], start: 1 }]
    const { energy, tilt: none } = network.make({ noise, blocks, width: 3, widths: [4] }, key(1))
    expect(none).toBeUndefined()
    for (const value of Object.values(energy.parameters)) value.assign(tf.zerosLike(value))
    // ½ (x/2)² + log 2√2π + log 2
    const base = Math.log(2 * Math.sqrt(2 * Math.PI)) + Math.LN2
    expectClose(
      energy.energy(
        tf.tensor2d([
          [2, 0, 1],
          [0, 1, 0],
        ]),
      ),
      [0.5 + base, base],
    )
    free(energy)
  })

  it('a tilt of bridges is their sum', () => {
    const mixed = productNoise([noise, oneHotNoise({ weights: [1, 1] })])
    const context = {
      noise: mixed,
      blocks: [...numbers(2), { ...coins[0], start: 2 }],
      width: 4,
      widths: [4],
    }
    const { energy, tilt: whole, bridges = [] } = tilt.make({ ...context, bridges: 3 }, key(1))
    expect(bridges).toHaveLength(3)
    const x = tf.tensor2d([[0.3, -1, 0, 1]])
    const sum = bridges.reduce((total, part) => total + part.energy(x).dataSync()[0], 0)
    expectClose(whole?.energy(x) as tf.Tensor1D, [sum])
    expectClose(energy.energy(x), [sum - mixed.logProb(x).dataSync()[0]])
    free(energy)
  })
})
