import { softplus } from '@chiaro/ops'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import {
  type Activation,
  ridgeScore,
  siluActivation,
  softplusActivation,
  tanhActivation,
} from '@chiaro/test-kit/oracles/ridge-energy'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { scoreMatchingLoss } from './score-matching.ts'

const [n, dimension, hidden] = [5, 3, 4]
const xValues = normalValues(1, n * dimension)
const kernelValues = normalValues(2, dimension * hidden)
const biasValues = normalValues(3, hidden)
const outerValues = normalValues(4, hidden)

const silu = (z: tf.Tensor) => tf.mul(z, tf.sigmoid(z))
const activations: [string, (z: tf.Tensor) => tf.Tensor, Activation][] = [
  ['softplus', softplus, softplusActivation],
  ['silu', silu, siluActivation],
  ['tanh', tf.tanh, tanhActivation],
]

function rowsInFloat64(activation: Activation, ...[kernel, bias, outer]: ArrayLike<number>[]): number[] {
  return Array.from({ length: n }, (_, i) => {
    const x = xValues.slice(i * dimension, (i + 1) * dimension)
    const { score, trace } = ridgeScore({ kernel, bias, outer }, activation, x)
    return score.reduce((sum, s) => sum + s * s, 0) / 2 + trace
  })
}

const mean = (rows: readonly number[]) => rows.reduce((sum, row) => sum + row, 0) / rows.length

/** ½(x − μ)ᵀΛ(x − μ) for a symmetric Λ. */
const gaussian = (precision: tf.Tensor, center: tf.Tensor) => (x: tf.Tensor) => {
  const offset = tf.sub(x, center) as tf.Tensor2D
  return tf.mul(tf.sum(tf.mul(tf.matMul(offset, precision as tf.Tensor2D), offset), 1), 0.5) as tf.Tensor1D
}

describeBackends('scoreMatchingLoss', () => {
  it.each(activations)(
    'of a %s network equals float64 with the gradients of all its parameters',
    (_, tensor, activation) => {
      const x = tf.tensor2d(xValues, [n, dimension])
      const loss = (kernel: tf.Tensor, bias: tf.Tensor, outer: tf.Tensor) =>
        scoreMatchingLoss(
          at =>
            tf.sum(
              tf.mul(tensor(tf.add(tf.matMul(at as tf.Tensor2D, kernel as tf.Tensor2D), bias)), outer),
              1,
            ),
          x,
        )
      const { value, grads } = tf.valueAndGrads(loss)([
        tf.tensor2d(kernelValues, [dimension, hidden]),
        tf.tensor1d(biasValues),
        tf.tensor1d(outerValues),
      ])
      const inputs = [kernelValues, biasValues, outerValues]
      expectClose(value, mean(rowsInFloat64(activation, ...inputs)), { absolute: 2e-6 })
      const expected = numericalGradient((...all) => mean(rowsInFloat64(activation, ...all)), inputs)
      grads.forEach((grad, i) => {
        expectClose(grad, expected[i], { absolute: 5e-6, relative: 5e-5, what: `gradient ${i}` })
      })
    },
  )
  it("gives variables their gradients, and each row's value for reduction 'none'", () => {
    const [kernel, bias, outer] = [
      tf.variable(tf.tensor2d(kernelValues, [dimension, hidden])),
      tf.variable(tf.tensor1d(biasValues)),
      tf.variable(tf.tensor1d(outerValues)),
    ]
    const energy = (at: tf.Tensor) =>
      tf.sum(
        tf.mul(silu(tf.add(tf.matMul(at as tf.Tensor2D, kernel as tf.Tensor2D), bias)), outer),
        1,
      ) as tf.Tensor1D
    const x = tf.tensor2d(xValues, [n, dimension])
    const { grads } = tf.variableGrads(() => scoreMatchingLoss(energy, x))
    const inputs = [kernelValues, biasValues, outerValues]
    const expected = numericalGradient((...all) => mean(rowsInFloat64(siluActivation, ...all)), inputs)
    ;[kernel, bias, outer].forEach((variable, i) => {
      expectClose(grads[variable.name], expected[i], { absolute: 5e-6, relative: 5e-5 })
    })
    const rows = rowsInFloat64(siluActivation, ...inputs)
    expectClose(scoreMatchingLoss(energy, x, { reduction: 'none' }), rows, { absolute: 5e-6 })
    tf.dispose([kernel, bias, outer])
  })
  it('has −½ tr Λ for minimum: −1.5625 on a Gaussian of correlation 0.6', () => {
    const [rho, root] = [0.6, Math.SQRT2]
    // Two directions ±√2·L e_j have the mean 0 and the covariance LLᵀ exactly.
    const x = tf.tensor2d([
      [root, root * rho],
      [-root, -root * rho],
      [0, root * Math.sqrt(1 - rho ** 2)],
      [0, -root * Math.sqrt(1 - rho ** 2)],
    ])
    const precision = tf.tensor2d([
      [1.5625, -0.9375],
      [-0.9375, 1.5625],
    ])
    const { value, grads } = tf.valueAndGrads((p, m) => scoreMatchingLoss(gaussian(p, m), x))([
      precision,
      tf.zeros([2]),
    ])
    expectClose(value, -1.5625)
    expectClose(grads[0], [0, 0, 0, 0])
    expectClose(grads[1], [0, 0])
  })
  it('fits a Gaussian at the sample mean and the sample covariance exactly', () => {
    const size = 50
    const [a, b] = [normalValues(11, size), normalValues(12, size, 2)]
    const points = Array.from(a, (v, i) => [v + 0.5, 0.8 * v + b[i] - 1])
    const center = [0, 1].map(j => mean(points.map(point => point[j])))
    const covariance = (i: number, j: number) =>
      mean(points.map(point => (point[i] - center[i]) * (point[j] - center[j])))
    const determinant = covariance(0, 0) * covariance(1, 1) - covariance(0, 1) ** 2
    const precision = tf.tensor2d([
      [covariance(1, 1) / determinant, -covariance(0, 1) / determinant],
      [-covariance(0, 1) / determinant, covariance(0, 0) / determinant],
    ])
    const x = tf.tensor2d(points)
    const slopes = tf.grads((p, m) => scoreMatchingLoss(gaussian(p, m), x))
    for (const slope of slopes([precision, tf.tensor1d(center)])) {
      expectClose(slope, tf.zerosLike(slope), { absolute: 5e-6 })
    }
    const [ofPrecision] = slopes([tf.mul(precision, 1.1), tf.tensor1d(center)])
    expect(Math.max(...ofPrecision.dataSync())).toBeGreaterThan(0.01)
  })
  it('takes events of any shape, pictures and plain numbers alike', () => {
    const quartic = (x: tf.Tensor) =>
      tf.sum(tf.pow(tf.reshape(x, [x.shape[0], -1]), tf.scalar(4)), 1) as tf.Tensor1D
    // s = −4x³ and s′ = −12x² for each number by itself.
    const one = (x: number) => 8 * x ** 6 - 12 * x ** 2
    const values = normalValues(5, 8)
    const pictures = tf.tensor4d(values, [2, 2, 2, 1])
    const rows = [values.slice(0, 4), values.slice(4)].map(row => row.reduce((sum, x) => sum + one(x), 0))
    expectClose(scoreMatchingLoss(quartic, pictures, { reduction: 'none' }), rows, { relative: 1e-4 })
    const numbers = scoreMatchingLoss(quartic, tf.tensor1d(values), { reduction: 'none' })
    expectClose(numbers, Array.from(values, one), { relative: 1e-4, absolute: 1e-5 })
  })
  it('gives 0 for no data, keeps no tensor and refuses what does not fit', () => {
    const energy = gaussian(tf.eye(2), tf.zeros([2]))
    expectClose(scoreMatchingLoss(energy, tf.zeros([0, 2])), 0)
    const [x, precision, center] = [tf.ones([3, 2]), tf.eye(2), tf.zeros([2])]
    expectNoLeak(() => scoreMatchingLoss(gaussian(precision, center), x))
    expectNoLeak(() => tf.grad(p => scoreMatchingLoss(gaussian(p, center), x))(precision))
    expect(() => scoreMatchingLoss(energy, tf.scalar(1))).toThrow(
      /x must be float32 \[n, …event\], got float32 \[\]/,
    )
    expect(() => scoreMatchingLoss(energy, tf.ones([3, 2], 'int32'))).toThrow(
      /x must be float32 \[.*\], got int32/,
    )
    const summed = () => tf.scalar(0) as unknown as tf.Tensor1D
    expect(() => scoreMatchingLoss(summed, x)).toThrow(/energy must be a function to \[3\], .*, got \[\]/)
  })

  it('leaves no tensor behind where the energy throws', () => {
    const thrown = (): tf.Tensor1D => {
      throw new Error('mine')
    }
    const x = tf.tensor2d(xValues, [n, dimension])
    const before = tf.memory().numTensors
    const energy = (at: tf.Tensor) => [tf.square(tf.square(at)), thrown()] as never
    expect(() => scoreMatchingLoss(energy, x)).toThrow('mine')
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })
})
