import { key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  normalValues,
  numericalGradient,
  parameterSlopes,
  secondDerivative,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { mlpEnergy } from './mlp-energy.ts'

const silu = (x: number) => x / (1 + Math.exp(-x))
const rows = (name: string, model: ReturnType<typeof mlpEnergy>) =>
  model.parameters[name].arraySync() as number[][]

/** The energy of one row in float64, from the equation: two hidden layers. */
function reference(model: ReturnType<typeof mlpEnergy>, x: readonly number[]): number {
  const layer = (name: string, h: readonly number[]) => {
    const bias = model.parameters[`${name}/bias`].dataSync()
    return rows(`${name}/kernel`, model)[0].map((_, j) =>
      h.reduce((sum, value, i) => sum + value * rows(`${name}/kernel`, model)[i][j], bias[j]),
    )
  }
  return layer('output', layer('layer2', layer('layer1', x).map(silu)).map(silu))[0]
}

describeBackends('mlpEnergy', () => {
  afterEach(() => tf.disposeVariables())

  it('is the network of its parameters, on standardised inputs', () => {
    const [mean, deviation] = [
      [1, -2],
      [0.5, 3],
    ]
    const model = mlpEnergy({ dimension: 2, widths: [5, 3], mean, deviation }, key(1))
    model.parameters['layer1/bias'].assign(tf.tensor1d(normalValues(2, 5)))
    const x = normalValues(3, 12, 2)
    const expected = Array.from({ length: 6 }, (_, row) =>
      reference(
        model,
        mean.map((m, i) => (x[2 * row + i] - m) / deviation[i]),
      ),
    )
    expectClose(model.energy(tf.tensor2d(x, [6, 2])), expected)
  })
  it('has curvature by default, which score matching needs, and none with relu', () => {
    const x = tf.tensor2d(normalValues(4, 6), [3, 2])
    const v = tf.onesLike(x)
    const curvature = (model: ReturnType<typeof mlpEnergy>) => secondDerivative(model.energy, x, v)
    const smooth = mlpEnergy({ dimension: 2, widths: [6, 4] }, key(5))
    // Float64 differences of the reference: vᵀH in each direction, H·v = d/dt ∇E(x + tv).
    const at = x.arraySync() as number[][]
    const h = 1e-3
    const expected = at.flatMap(([a, b]) => {
      const E = (u: number, w: number) => reference(smooth, [a + u, b + w])
      const slope = (i: number, t: number) => {
        const [du, dw] = i === 0 ? [h, 0] : [0, h]
        return (E(t + du, t + dw) - E(t - du, t - dw)) / (2 * h)
      }
      return [0, 1].map(i => (slope(i, h) - slope(i, -h)) / (2 * h))
    })
    expectClose(curvature(smooth), expected, { absolute: 1e-5, relative: 1e-4 })
    const rectified = mlpEnergy({ dimension: 2, widths: [6, 4], activation: 'relu' }, key(5))
    expectClose(curvature(rectified), new Float32Array(6), { absolute: 0 })
  })
  it.each(['silu', 'softplus', 'tanh', 'elu'] as const)(
    'has the gradients of differences with %s',
    activation => {
      const model = mlpEnergy({ dimension: 3, widths: [4], activation }, key(6))
      const x = tf.tensor2d(normalValues(7, 15), [5, 3])
      const loss = () => tf.mean(model.energy(x)) as tf.Scalar
      for (const { name, exact, numerical } of parameterSlopes(loss, model.parameters)) {
        expectClose(exact, numerical, { absolute: 1e-3, relative: 1e-3, what: name })
      }
    },
  )
  it('begins with energies that neither vanish nor explode, deep as it may be', () => {
    const model = mlpEnergy({ dimension: 16, widths: [64, 64, 64, 64] }, key(8))
    const e = model.energy(tf.tensor2d(normalValues(9, 16 * 256), [256, 16]))
    const deviation = tf.moments(e).variance.dataSync()[0] ** 0.5
    expect(deviation).toBeGreaterThan(0.02)
    expect(deviation).toBeLessThan(3)
  })
  it('case 23: inputs of 1e6 give the energies and slopes of float64', () => {
    const model = mlpEnergy({ dimension: 2 }, key(1))
    const x = [1e6, -1e6]
    const { value, grad } = tf.valueAndGrad(at => tf.sum(model.energy(at)))(tf.tensor2d([x]))
    expectClose(value, reference(model, x))
    const [slopes] = numericalGradient(at => reference(model, [...at]), [x])
    expectClose(grad, slopes)
  })
  it('refuses what does not fit', () => {
    const build = (options: object) => () => mlpEnergy({ dimension: 2, ...options }, key(1))
    expect(build({ dimension: -1 })).toThrow(/dimension must be an integer of at least 1, got -1/)
    expect(build({ widths: [4, 0] })).toThrow(/widths\[1\] must be an integer of at least 1, got 0/)
    expect(build({ mean: [1] })).toThrow(/mean must be of length 2, got length 1/)
    expect(build({ deviation: [1, 0] })).toThrow(/deviation\[1\] must be a finite number above 0, got 0/)
    expect(build({ activation: 'gelu' })).toThrow(
      /activation must be 'silu', 'softplus', 'tanh', 'elu' or 'relu', got 'gelu'/,
    )
    expect(() => mlpEnergy({ dimension: 2 }, key(1)).energy(tf.zeros([2, 3]))).toThrow(
      /x must be float32 \[batch, 2\], got float32 \[2, 3\]/,
    )
  })
})
