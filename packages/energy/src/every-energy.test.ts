import type { DensityModel, EnergyModel } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  tensorNumericalGradient,
  uniformValues,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { categoricalEnergy } from './categorical-energy.ts'
import { convEnergy } from './conv-energy.ts'
import { densityModel, normalizedModel } from './density-model.ts'
import { energyFromFunction } from './energy-from-function.ts'
import { energyFromLayersModel } from './energy-from-layers-model.ts'
import type { ExactEnergyModel } from './exact-energy-model.ts'
import { gaussianEnergy } from './gaussian-energy.ts'
import { icaEnergy } from './ica-energy.ts'
import * as entry from './index.ts'
import { mixtureEnergy } from './mixture-energy.ts'
import { mlpEnergy } from './mlp-energy.ts'
import { productOfExperts } from './product-of-experts.ts'
import { restrictedBoltzmannEnergy } from './restricted-boltzmann-energy.ts'
import { studentTExperts } from './student-t-experts.ts'
import { tiltedEnergy } from './tilted-energy.ts'

const rows = () => tf.tensor2d(normalValues(1, 6), [3, 2])
const gaussian = () => gaussianEnergy({ dimension: 2, mean: [1, 0] })
const mixture = () => mixtureEnergy([gaussian(), gaussianEnergy({ dimension: 2, precision: [4, 1] })])
const boltzmann = () => restrictedBoltzmannEnergy({ visible: 4, hidden: 3, deviation: 1 }, key(2))
const table = () => categoricalEnergy({ categories: 5, logits: [1, 2, 3, 4, 5] })
const product = () => productOfExperts([gaussian(), studentTExperts({ dimension: 2 }, key(3))])
const flat = { logProb: (x: tf.Tensor) => tf.sum(tf.mul(x, 0), 1) as tf.Tensor1D }
const layers = () => energyFromLayersModel({ trainableWeights: [], apply: x => tf.mean(x, 1, true) })

/** Every exported energy with the constructor that the entry point has, and a batch it takes. */
const energies: readonly [keyof typeof entry, () => EnergyModel, () => tf.Tensor][] = [
  ['gaussianEnergy', gaussian, rows],
  ['mixtureEnergy', mixture, rows],
  ['categoricalEnergy', table, () => tf.tensor1d([0, 4, 2], 'int32')],
  ['productOfExperts', product, rows],
  ['studentTExperts', () => studentTExperts({ dimension: 2 }, key(4)), rows],
  ['mlpEnergy', () => mlpEnergy({ dimension: 2, widths: [4] }, key(5)), rows],
  [
    'convEnergy',
    () => convEnergy({ inputShape: [4, 4, 1], widths: [3] }, key(6)),
    () => tf.tensor4d(uniformValues(2, 48), [3, 4, 4, 1]),
  ],
  ['icaEnergy', () => icaEnergy({ dimension: 2 }, key(7)), rows],
  [
    'restrictedBoltzmannEnergy',
    boltzmann,
    () =>
      tf.tensor2d(
        uniformValues(3, 12).map(value => Math.round(value)),
        [3, 4],
      ),
  ],
  ['energyFromFunction', () => energyFromFunction(x => tf.sum(tf.square(x), 1)), rows],
  ['energyFromLayersModel', layers, rows],
  ['tiltedEnergy', () => tiltedEnergy(flat, gaussian()), rows],
  ['densityModel', () => densityModel(gaussian()), rows],
  ['normalizedModel', () => normalizedModel(gaussian()), rows],
]
const exact: readonly [string, () => ExactEnergyModel][] = [
  ['gaussianEnergy', gaussian],
  ['mixtureEnergy', mixture],
  ['categoricalEnergy', table],
  ['icaEnergy', () => icaEnergy({ dimension: 2 }, key(8))],
  ['restrictedBoltzmannEnergy', boltzmann],
]

it('every constructor of an energy is among these', () => {
  const critics = ['bilinearCritic', 'separableCritic']
  const named = [...energies.map(([name]) => name), ...critics]
  expect([...named].sort()).toEqual(Object.keys(entry).sort())
})

describeBackends('every energy', () => {
  afterEach(() => tf.disposeVariables())

  it.each(energies)(
    '%s gives one number a row, each from its row alone, and keeps no tensor',
    (_, make, batch) => {
      const [model, x] = [make(), batch()]
      const all = model.energy(x)
      expect([all.shape, all.dtype]).toEqual([[3], 'float32'])
      expectClose(model.energy(tf.slice(x, 1, 1)), tf.slice(all, 1, 1))
      expect(model.energy(tf.slice(x, 0, 0)).shape).toEqual([0])
      expectNoLeak(() => model.energy(x))
    },
  )
  it.each(energies.filter(([name]) => name !== 'categoricalEnergy'))(
    '%s has a slope in x',
    (_, make, batch) => {
      const [model, x] = [make(), batch()]
      const score = tf.grad(at => tf.sum(model.energy(at)))
      const expected = tensorNumericalGradient(at => model.energy(at), [x], [1, 1, 1], { eps: 1e-2 })
      expectClose(score(x), expected[0], { absolute: 1e-3, relative: 2e-3 })
      expectNoLeak(() => score(x))
    },
  )
  it.each(energies.filter(([name]) => !/^energyFrom/.test(name)))(
    '%s reaches all its parameters',
    (_, make, batch) => {
      const [model, x] = [make(), batch()]
      const value = () => {
        const logDensity = 'logDensity' in model ? (model as DensityModel).logDensity(x) : model.energy(x)
        return tf.sum(tf.square(logDensity)) as tf.Scalar
      }
      const { grads } = tf.variableGrads(value)
      for (const [name, variable] of Object.entries(model.parameters)) {
        expect(variable.trainable).toBe(true)
        expect(tf.max(tf.abs(grads[variable.name])).dataSync()[0], name).toBeGreaterThan(0)
      }
    },
  )
  it.each(exact)('%s draws by its key, a float or int tensor that its energy takes', (_, make) => {
    const model = make()
    const drawn = model.sample(key(9), 6)
    expect(drawn.shape[0]).toBe(6)
    expect(model.energy(drawn).shape).toEqual([6])
    expectClose(model.sample(key(9), 6), drawn, { absolute: 0, relative: 0 })
    const other = model.sample(foldIn(key(9), 1), 6)
    expect(tf.max(tf.abs(tf.sub(other, drawn))).dataSync()[0]).toBeGreaterThan(0)
    expect(model.sample(key(9), 0).shape[0]).toBe(0)
    expectNoLeak(() => model.sample(key(9), 6))
    expectNoLeak(() => model.exactLogPartition())
  })
})
