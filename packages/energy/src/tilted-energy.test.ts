import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import { gridLogIntegral } from '@chiaro/test-kit/oracles/grid-log-integral'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { energyFromFunction } from './energy-from-function.ts'
import { mlpEnergy } from './mlp-energy.ts'
import { tiltedEnergy } from './tilted-energy.ts'

/** N(0, 1) by its density. */
const base = {
  logProb: (x: tf.Tensor) =>
    tf.sub(tf.mul(tf.sum(tf.square(x), 1), -0.5), 0.5 * Math.log(2 * Math.PI)) as tf.Tensor1D,
}

describeBackends('tiltedEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is the tilt less the log of the base', () => {
    const net = mlpEnergy({ dimension: 1, widths: [8] }, key(1))
    const model = tiltedEnergy(base, net)
    expect(model.parameters).toBe(net.parameters)
    const x = tf.tensor2d(normalValues(2, 5), [5, 1])
    expectClose(model.energy(x), tf.sub(net.energy(x), base.logProb(x)))
    expectNoLeak(() => model.energy(x))
  })
  it('of a normal base by a slope is the normal moved: log Z = ½a²', () => {
    const a = 1.5
    const tilt = energyFromFunction(x => tf.mul(tf.sum(x, 1), a))
    const grid = gridLogIntegral(tiltedEnergy(base, tilt).energy, {
      dimension: 1,
      halfWidth: 15,
      steps: 600,
    })
    expectClose(grid, a ** 2 / 2)
  })
  it('gives a network that has no Z of its own one', () => {
    const net = mlpEnergy({ dimension: 1, widths: [8], activation: 'tanh' }, key(3))
    // A bounded energy: its integral grows with the box.
    const model = tiltedEnergy(base, net)
    const at = (halfWidth: number) => gridLogIntegral(model.energy, { dimension: 1, halfWidth, steps: 4000 })
    expectClose(at(20), at(60), { absolute: 1e-5 })
    const alone = (halfWidth: number) => gridLogIntegral(net.energy, { dimension: 1, halfWidth, steps: 4000 })
    expect(alone(60)).toBeGreaterThan(alone(20) + 1)
  })
})
