import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { densityModel, normalizedModel } from './density-model.ts'
import { energyFromFunction } from './energy-from-function.ts'
import { gaussianEnergy } from './gaussian-energy.ts'

const x = () => tf.tensor2d(normalValues(1, 6), [3, 2])
const halfSquares = energyFromFunction(at => tf.mul(tf.sum(tf.square(at), 1), 0.5))

describeBackends('densityModel', () => {
  afterEach(() => tf.disposeVariables())

  it('is −E − log Z, log Z being learned', () => {
    const model = densityModel(halfSquares, { logPartition: 1.5 })
    expect(Object.keys(model.parameters)).toEqual(['logPartition'])
    expectClose(model.logDensity(x()), tf.sub(-1.5, halfSquares.energy(x())))
    expectClose(model.energy(x()), halfSquares.energy(x()))
    const { grads } = tf.variableGrads(() => tf.sum(model.logDensity(x())) as tf.Scalar)
    expectClose(grads[model.parameters.logPartition.name], -3)
    model.parameters.logPartition.assign(tf.scalar(-2))
    expectClose(model.logPartition, -2)
  })
  it('case 18: an energy lower by 7 with a log Z higher by 7 is the same density', () => {
    const moved = densityModel(
      energyFromFunction(at => tf.sub(halfSquares.energy(at), 7)),
      { logPartition: 7 },
    )
    expectClose(moved.logDensity(x()), densityModel(halfSquares).logDensity(x()))
  })
  it('keeps no tensor and refuses what does not fit', () => {
    const model = densityModel(halfSquares)
    const at = x()
    expectNoLeak(() => model.logDensity(at))
    expect(() => densityModel(model)).toThrow(/energy must be without a parameter "logPartition"/)
    expect(() => densityModel(halfSquares, { logPartition: Number.NaN })).toThrow(
      /logPartition must be a finite number, got NaN/,
    )
  })
})

describeBackends('normalizedModel', () => {
  afterEach(() => tf.disposeVariables())

  it('is the density itself, and follows its parameters', () => {
    const energy = gaussianEnergy({ dimension: 2, mean: [1, -1], precision: [4, 1] })
    const model = normalizedModel(energy)
    const expected = () => {
      const rows = x().arraySync()
      const m = energy.parameters.mean.dataSync()
      return rows.map(
        ([a, b]) => -2 * (a - m[0]) ** 2 - 0.5 * (b - m[1]) ** 2 - Math.log(2 * Math.PI) + Math.log(2),
      )
    }
    expectClose(model.logDensity(x()), expected())
    energy.parameters.mean.assign(tf.tensor1d([0, 2]))
    expectClose(model.logDensity(x()), expected())
    expectClose(model.logPartition, Math.log(2 * Math.PI) - Math.log(2))
    expectClose(model.energy(x()), energy.energy(x()))
    const at = x()
    expectNoLeak(() => [model.logDensity(at), model.logPartition])
  })
})
