import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { energyFromFunction } from './energy-from-function.ts'

describeBackends('energyFromFunction', () => {
  afterEach(() => tf.disposeVariables())

  it('is the function, with gradients in rows and variables', () => {
    const scale = tf.variable(tf.scalar(3))
    const model = energyFromFunction(x => tf.mul(scale, tf.sum(tf.square(x), 1)), { scale })
    const x = tf.tensor2d([
      [1, 2],
      [0, -1],
    ])
    expectClose(model.energy(x), [15, 3])
    expectClose(tf.grad(at => tf.sum(model.energy(at)))(x), [6, 12, 0, -6])
    const { grads } = tf.variableGrads(() => tf.sum(model.energy(x)) as tf.Scalar)
    expectClose(grads[model.parameters.scale.name], 6)
    expectNoLeak(() => model.energy(x))
  })
  it('refuses a function of another shape, and keeps nothing of it', () => {
    const model = energyFromFunction(x => tf.square(x))
    const x = tf.zeros([4, 2])
    const before = tf.memory().numTensors
    expect(() => model.energy(x)).toThrow(/f must be a function to \[4\], got float32 \[4, 2\]/)
    expect(tf.memory().numTensors).toBe(before)
  })
})
