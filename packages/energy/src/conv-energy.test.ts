import { key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  normalValues,
  parameterSlopes,
  secondDerivative,
  uniformValues,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { convEnergy } from './conv-energy.ts'

const inputShape = [5, 4, 2] as const

describeBackends('convEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is, with one layer, the sum over places of a 3×3 kernel at stride 2', () => {
    const model = convEnergy({ inputShape: [4, 4, 1], widths: [1], activation: 'relu' }, key(1))
    // The kernel copies its centre, the output weighs the four places.
    const kernel = new Float32Array(9)
    kernel[4] = 1
    model.parameters['conv1/kernel'].assign(tf.tensor4d(kernel, [3, 3, 1, 1]))
    model.parameters['conv1/bias'].assign(tf.tensor1d([0.5]))
    model.parameters['output/kernel'].assign(tf.tensor2d([1, 10, 100, 1000], [4, 1]))
    const x = tf.tensor4d(uniformValues(2, 16), [1, 4, 4, 1])
    // 'same' at stride 2 on 4: windows start at 0 and 2, their centres are 1 and 3.
    const pixels = x.dataSync()
    const expected = [5, 7, 13, 15].reduce(
      (sum, place, i) => sum + 10 ** i * Math.max(0, (pixels[place] - 0.5) / 0.25 + 0.5),
      0,
    )
    expectClose(model.energy(x), [expected])
  })
  it('has the gradients of differences, in pictures and parameters, uneven shapes included', () => {
    const model = convEnergy({ inputShape, widths: [3, 4] }, key(3))
    const x = tf.tensor4d(uniformValues(4, 3 * 40), [3, ...inputShape])
    const loss = () => tf.mean(model.energy(x)) as tf.Scalar
    for (const { name, exact, numerical } of parameterSlopes(loss, model.parameters)) {
      expectClose(exact, numerical, { absolute: 2e-3, relative: 2e-3, what: name })
    }
    const score = tf.grad(at => tf.sum(model.energy(at)))
    const v = tf.tensor4d(normalValues(5, 3 * 40), x.shape)
    const along = (f: (at: tf.Tensor) => tf.Tensor, t: number) => f(tf.add(x, tf.mul(v, t)))
    const h = 5e-3
    const difference = (f: (at: tf.Tensor) => tf.Tensor) => tf.div(tf.sub(along(f, h), along(f, -h)), 2 * h)
    expectClose(tf.sum(tf.mul(score(x), v), [1, 2, 3]), difference(model.energy), {
      absolute: 5e-3,
      relative: 5e-3,
    })
    const curvature = secondDerivative(model.energy, x, v)
    expect(tf.max(tf.abs(curvature)).dataSync()[0]).toBeGreaterThan(0.05)
    expectClose(curvature, difference(score), { absolute: 1e-2, relative: 5e-3 })
  })
  it('gives each picture its own energy, whatever else is in the batch', () => {
    const model = convEnergy({ inputShape, widths: [4] }, key(6))
    const x = tf.tensor4d(uniformValues(7, 4 * 40), [4, ...inputShape])
    expectClose(model.energy(tf.slice(x, 2, 1)), tf.slice(model.energy(x), 2, 1))
  })
  it('refuses what does not fit', () => {
    const build = (options: object) => () => convEnergy({ inputShape, ...options }, key(1))
    expect(build({ inputShape: [4, 0, 1] })).toThrow(
      /inputShape\[1\] must be an integer of at least 1, got 0/,
    )
    expect(build({ widths: [2.5] })).toThrow(/widths\[0\] must be an integer of at least 1, got 2.5/)
    expect(build({ deviation: 0 })).toThrow(/deviation must be a finite number above 0, got 0/)
    expect(build({ mean: Number.NaN })).toThrow(/mean must be a finite number, got NaN/)
    expect(() => convEnergy({ inputShape }, key(1)).energy(tf.zeros([1, 4, 5, 2]))).toThrow(
      /x must be float32 \[batch, 5, 4, 2\], got float32 \[1, 4, 5, 2\]/,
    )
  })
})
