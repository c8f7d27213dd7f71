import { key, normal, split } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainState, type Energy } from './chain-state.ts'
import { effectiveSampleSize } from './effective-sample-size.ts'
import { hamiltonian } from './hamiltonian.ts'
import { hamiltonianStep } from './hamiltonian-step.ts'
import { minimalNorm } from './integrator.ts'
import { quadratic } from './laws-in-test.ts'
import { denseMass, diagonalMass } from './mass.ts'

const covariance = [
  [2, 0.9],
  [0.9, 0.5],
]
/** Σ⁻¹; det Σ = 0.19. */
const precision = [
  [0.5 / 0.19, -0.9 / 0.19],
  [-0.9 / 0.19, 2 / 0.19],
]
const energy = quadratic(precision)

describeBackends('mass matrices', () => {
  const masses = [
    {
      name: 'diagonalMass',
      mass: diagonalMass([0.25, 9]),
      inverse: [
        [0.25, 0],
        [0, 9],
      ],
    },
    { name: 'denseMass', mass: denseMass(covariance), inverse: covariance },
  ]
  it.each(masses)('$name has momenta of covariance M and velocities M⁻¹p', ({ mass, inverse }) => {
    // Rows of the unit matrix become R with p = zR, whose covariance is RᵀR: M⁻¹RᵀR = 1.
    const root = mass.momentum(tf.eye(2)) as tf.Tensor2D
    expectClose(tf.matMul(tf.tensor2d(inverse), tf.matMul(root, root, true)), tf.eye(2), { absolute: 3e-6 })
    expectClose(
      mass.velocity(tf.tensor2d([[3, -2]])),
      tf.tensor2d([inverse.map(row => 3 * row[0] - 2 * row[1])]),
    )
  })
  it.each(masses)('$name takes events of any rank, leaves nothing, refuses another size', ({ mass }) => {
    const x = tf.tensor3d([1, 2, 3, 4], [2, 1, 2])
    expect(mass.velocity(x).shape).toEqual([2, 1, 2])
    expectClose(mass.velocity(x), mass.velocity(tf.reshape(x, [2, 2])).dataSync())
    expectNoLeak(() => [mass.velocity(x), mass.momentum(x)])
    expect(() => mass.momentum(tf.ones([2, 3]))).toThrow(
      /must be of length 3, one for each number of an event, got length 2/,
    )
  })
  it('refuses what is no covariance', () => {
    expect(() => diagonalMass([1, 0])).toThrow(
      /^diagonalMass: variances\[1\] must be a finite number above 0, got 0/,
    )
    expect(() =>
      denseMass([
        [1, 2],
        [2, 1],
      ]),
    ).toThrow(/^denseMass: covariance must be positive definite/)
  })
})

describeBackends('hamiltonian chains with a mass matrix', () => {
  it('accept by min(1, exp(−ΔH)) with ½ pᵀM⁻¹p, by float64', () => {
    const [count, epsilon, steps] = [40, 0.5, 2]
    const mass = denseMass([
      [1.5, 0.3],
      [0.3, 0.8],
    ])
    const [k11, k12, k22] = [1.5, 0.3, 0.8]
    const start = normal(key(1), [count, 2])
    const p0 = mass.momentum(normal(split(key(2), 2)[0], [count, 2])).dataSync()
    const x0 = start.dataSync()
    const slope = ([a, b]: number[]) => precision.map(row => row[0] * a + row[1] * b)
    const kinetic = ([p, q]: number[]) => (k11 * p * p + 2 * k12 * p * q + k22 * q * q) / 2
    const potential = (x: number[]) => (x[0] * slope(x)[0] + x[1] * slope(x)[1]) / 2
    const { info } = hamiltonianStep(energy, chainState(energy, start), key(2), {
      stepSize: epsilon,
      integrationSteps: steps,
      mass,
    })
    const expected = Array.from({ length: count }, (_, i) => {
      const [from, push] = [Array.from(x0.slice(2 * i, 2 * i + 2)), Array.from(p0.slice(2 * i, 2 * i + 2))]
      let [x, p] = [from, push]
      const kick = () => slope(x).map((g, j) => p[j] - (epsilon / 2) * g)
      for (let step = 0; step < steps; step++) {
        p = kick()
        x = [x[0] + epsilon * (k11 * p[0] + k12 * p[1]), x[1] + epsilon * (k12 * p[0] + k22 * p[1])]
        p = kick()
      }
      return Math.min(1, Math.exp(potential(from) + kinetic(push) - potential(x) - kinetic(p)))
    })
    expectClose(info.acceptanceProbability, expected, { absolute: 1e-4, relative: 1e-3 })
    expect(expected.filter(probability => probability > 0.05 && probability < 0.95).length).toBeGreaterThan(
      10,
    )
  })
  it('are in detailed balance: as many go from the rim to the middle as back', () => {
    // Exact draws: the Cholesky factor of Σ by hand.
    const count = 40_000
    const factor = tf.tensor2d([
      [Math.SQRT2, 0.9 / Math.SQRT2],
      [0, Math.sqrt(0.5 - 0.405)],
    ])
    const start = tf.matMul(normal(key(3), [count, 2]) as tf.Tensor2D, factor)
    const { state, info } = hamiltonianStep(energy, chainState(energy, start), key(4), {
      stepSize: 1.1,
      integrationSteps: 1,
      mass: denseMass([
        [1, 0.2],
        [0.2, 0.4],
      ]),
      integrator: minimalNorm,
    })
    const share = meanOf(info.acceptanceProbability.dataSync())
    expect(share).toBeGreaterThan(0.3)
    expect(share).toBeLessThan(0.9)
    const [before, after] = [chainState(energy, start).energy.dataSync(), state.energy.dataSync()]
    const flow = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).filter((energy, i) => energy > 1.2 && b[i] < 0.7).length
    const [inward, outward] = [flow(before, after), flow(after, before)]
    expect(inward).toBeGreaterThan(1000)
    expectWithin(inward, outward, Math.sqrt(inward + outward), 3)
  })
  it('take one step size for numbers of unlike scale that vary together', async () => {
    // Standard deviations 1 and 100, correlation 0.9.
    const scaled = [
      [1, 90],
      [90, 10_000],
    ]
    const inverse = [
      [10_000 / 1900, -90 / 1900],
      [-90 / 1900, 1 / 1900],
    ]
    const energy: Energy = x =>
      tf.div(tf.sum(tf.mul(x, tf.matMul(x as tf.Tensor2D, tf.tensor2d(inverse))), 1), 2) as tf.Tensor1D
    const start = tf.mul(normal(key(5), [40, 2]), [1, 100])
    const { draws, info } = await hamiltonian(energy, start, {
      // In its own metric the Gaussian is N(0, 1): a quarter turn is 1.6, whatever the scales.
      stepSize: 0.8,
      integrationSteps: 2,
      steps: 100,
      thin: 1,
      key: key(6),
      mass: denseMass(scaled),
      integrator: minimalNorm,
    })
    expect(meanOf(info.acceptance)).toBeGreaterThan(0.95)
    const [x, y] = tf.unstack(draws, 2)
    for (const [values, expected, variance] of [
      [x, 0, 1],
      [y, 0, 10_000],
      [tf.square(x), 1, 2],
      [tf.square(y), 10_000, 2e8],
      [tf.mul(x, y), 90, 10_000 + 8100],
    ] as [tf.Tensor, number, number][]) {
      const size = effectiveSampleSize(values)
      expect(size).toBeGreaterThan(1000)
      expectWithin(meanOf(values.dataSync()), expected, Math.sqrt(variance / size), 3.5)
    }
  })
})
