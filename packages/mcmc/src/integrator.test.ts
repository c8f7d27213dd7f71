import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainState, type Energy } from './chain-state.ts'
import { minimalNorm, type PhasePoint, velocityVerlet } from './integrator.ts'
import { quadratic, wells } from './laws-in-test.ts'
import { denseMass, diagonalMass, type Mass, unitMass } from './mass.ts'

const cubic = (36 + 2 * Math.sqrt(326)) ** (1 / 3)
const lambda = 1 / 2 - cubic / 12 + 1 / (6 * cubic)
const integrators = [
  { name: 'velocityVerlet', integrator: velocityVerlet, kicks: [0.5, 0.5], drifts: [1] },
  {
    name: 'minimalNorm',
    integrator: minimalNorm,
    kicks: [lambda, 1 - 2 * lambda, lambda],
    drifts: [0.5, 0.5],
  },
]

const dynamicsOf = (energy: Energy, { velocity }: Mass) => ({
  stateAt: (position: tf.Tensor) => chainState(energy, position),
  velocity,
})
const positions = [-1.2, 0.3, 0.9]
const momenta = [0.7, -1.1, 0.2]
const begin = (): PhasePoint => ({
  state: chainState(wells.energy, tf.tensor2d(positions, [3, 1])),
  momentum: tf.tensor2d(momenta, [3, 1]),
})

describeBackends('integrators', () => {
  it.each(integrators)(
    '$name follows the float64 recursion, step after step',
    ({ integrator, kicks, drifts }) => {
      const [inverseMass, epsilon] = [1.7, 0.1]
      const end = integrator(dynamicsOf(wells.energy, diagonalMass([inverseMass])), begin(), epsilon, 7)
      const expected = positions.map((x0, i) => {
        let [x, p] = [x0, momenta[i]]
        for (let step = 0; step < 7; step++) {
          p -= kicks[0] * epsilon * wells.slope(x)
          drifts.forEach((drift, j) => {
            x += drift * epsilon * inverseMass * p
            p -= kicks[j + 1] * epsilon * wells.slope(x)
          })
        }
        return [x, p]
      })
      const column = (values: number[]) => tf.tensor2d(values, [3, 1])
      expectClose(end.state.position, column(expected.map(([x]) => x)))
      expectClose(end.momentum, column(expected.map(([, p]) => p)))
      expectClose(
        end.state.energy,
        expected.map(([x]) => wells.at(x)),
      )
    },
  )
  it.each(integrators)(
    '$name takes no more memory for more steps, and leaves its start alone',
    ({ integrator }) => {
      const peaks = [3, 30].map(steps => {
        let peak = 0
        tf.tidy(() => {
          const [start, before] = [begin(), tf.memory().numTensors]
          const watched = (position: tf.Tensor) => {
            peak = Math.max(peak, tf.memory().numTensors - before)
            return chainState(wells.energy, position)
          }
          integrator({ ...dynamicsOf(wells.energy, unitMass), stateAt: watched }, start, 0.05, steps)
          expectClose(start.momentum, tf.tensor2d(momenta, [3, 1]))
          expectClose(start.state.position, tf.tensor2d(positions, [3, 1]))
        })
        return peak
      })
      expect(peaks[0]).toBeGreaterThan(0)
      expect(peaks[1]).toBe(peaks[0])
    },
  )
  it.each(integrators)('$name returns to where it began when the momentum is reversed', ({ integrator }) => {
    const dynamics = dynamicsOf(wells.energy, unitMass)
    const there = integrator(dynamics, begin(), 0.05, 40)
    const back = integrator(dynamics, { state: there.state, momentum: tf.neg(there.momentum) }, 0.05, 40)
    expectClose(back.state.position, positions, { absolute: 2e-5 })
    expectClose(tf.neg(back.momentum), momenta, { absolute: 2e-5 })
  })
  it.each(integrators)(
    '$name conserves the total energy to second order: half the step, a quarter of the error',
    ({ integrator }) => {
      const ratio = energyError(integrator, 0.16) / energyError(integrator, 0.08)
      expect(ratio).toBeGreaterThan(3.4)
      expect(ratio).toBeLessThan(4.6)
    },
  )
  it('minimalNorm errs less than velocityVerlet with as many gradients', () => {
    expect(energyError(minimalNorm, 0.16)).toBeLessThan(0.6 * energyError(velocityVerlet, 0.08))
  })
  it.each(integrators)(
    '$name turns a Gaussian in its own metric: x cos t + Σp sin t, p cos t − Σ⁻¹x sin t',
    ({ integrator }) => {
      const covariance = [
        [4, 0.06],
        [0.06, 0.01],
      ]
      const precision = inverse(covariance)
      const energy = quadratic(precision)
      const [x0, p0] = [
        [1.5, 0.08],
        [0.4, -6],
      ]
      const [t, steps] = [2.2, 200]
      const start = { state: chainState(energy, tf.tensor2d([x0])), momentum: tf.tensor2d([p0]) }
      const end = integrator(dynamicsOf(energy, denseMass(covariance)), start, t / steps, steps)
      const turned = (a: number[], matrix: number[][], b: number[], sign: number) =>
        a.map((v, i) => v * Math.cos(t) + sign * times(matrix, b)[i] * Math.sin(t))
      expectClose(end.state.position, tf.tensor2d([turned(x0, covariance, p0, 1)]), {
        absolute: 1e-4,
      })
      expectClose(end.momentum, tf.tensor2d([turned(p0, precision, x0, -1)]), {
        relative: 2e-4,
      })
    },
  )
})

/** The largest change of energy + p²/2 at t = 0.8. */
function energyError(integrator: typeof velocityVerlet, stepSize: number): number {
  const end = integrator(dynamicsOf(wells.energy, unitMass), begin(), stepSize, Math.round(0.8 / stepSize))
  const [x, p] = [end.state.position.dataSync(), end.momentum.dataSync()]
  const drift = positions.map((x0, i) => wells.at(x[i]) + p[i] ** 2 / 2 - wells.at(x0) - momenta[i] ** 2 / 2)
  return Math.max(...drift.map(Math.abs))
}

function times(matrix: number[][], vector: number[]): number[] {
  return matrix.map(row => row.reduce((sum, value, j) => sum + value * vector[j], 0))
}

function inverse([[a, b], [c, d]]: number[][]): number[][] {
  const determinant = a * d - b * c
  return [
    [d / determinant, -b / determinant],
    [-c / determinant, a / determinant],
  ]
}
