import {
  checkInteger,
  checkLength,
  checkNumber,
  checkShape,
  cholesky,
  conflictError,
  invertLower,
  type Matrix,
  newVariables,
  type RandomKey,
} from '@chiaro/core'
import { normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { ExactEnergyModel } from './exact-energy-model.ts'

export interface GaussianEnergyOptions {
  /** Numbers a row, d. */
  readonly dimension: number
  /** The starting mean, d numbers. Default 0. */
  readonly mean?: readonly number[]
  /** The starting precision Λ: a d×d matrix, or d numbers for a diagonal one. Default the identity. */
  readonly precision?: Matrix | readonly number[]
  /** Whether Λ is learned whole or by its diagonal. Default 'diagonal' for d numbers, else 'full'. */
  readonly form?: 'full' | 'diagonal'
}

/** A Gaussian by its energy. */
export interface GaussianEnergy extends ExactEnergyModel {
  /** Σ = Λ⁻¹, [d, d], a constant; the caller disposes it. */
  covariance(): tf.Tensor2D
  /** Λ = LLᵀ, [d, d]; the caller disposes it. */
  precision(): tf.Tensor2D
}

/**
 * The quadratic energy, E(x) = ½(x − μ)ᵀΛ(x − μ), whose density is Gaussian. Λ = LLᵀ with L lower triangular and its
 * diagonal learned by logarithm, so that Λ stays positive definite whatever a step does to the parameters.
 *
 *   log Z = (d/2)·log 2π − Σ log L_ii
 *
 * Parameters: "mean" [d] and "factor", [d, d] (below the diagonal L itself, on it log L_ii, above it unused) or [d]
 * (log L_ii) in the diagonal form.
 *
 * @throws RangeError for a dimension that is no positive integer, and for a precision that is not symmetric and
 *   positive definite; TypeError for lengths that don't fit and for a form
 *   'diagonal' of a matrix that is not; energy: TypeError for another shape
 *
 * @example
 * ```ts
 * import { gaussianEnergy } from '@chiaro/energy'
 * import { key } from '@chiaro/random'
 *
 * const model = gaussianEnergy({ dimension: 2, mean: [1, 0], precision: [[2, -1], [-1, 2]] })
 * model.covariance().print() // the inverse of the precision
 * model.exactLogPartition().print() // log 2π − ½ log 3
 * console.log(model.sample(key(1), 100).shape)
 * ```
 */
export function gaussianEnergy(options: GaussianEnergyOptions): GaussianEnergy {
  const { dimension: d } = options
  checkInteger('gaussianEnergy', { dimension: d }, { least: 1 })
  const { mean = Array<number>(d).fill(0) } = options
  checkLength('gaussianEnergy', { mean }, { exactly: d })
  const L = factorOf(options)
  const diagonal = (options.form ?? (isVector(options.precision) ? 'diagonal' : 'full')) === 'diagonal'
  if (diagonal && L.some((row, i) => row.some((value, j) => i !== j && value !== 0))) {
    const message = "a precision that is not diagonal needs form 'full'"
    throw conflictError('gaussianEnergy', 'form', message)
  }
  const raw = L.map((row, i) => row.map((value, j) => (i === j ? Math.log(value) : i > j ? value : 0)))
  const variables = newVariables()
  const centre = variables.parameter('mean', tf.tensor1d([...mean]))
  const factor = variables.parameter(
    'factor',
    diagonal ? tf.tensor1d(raw.map((row, i) => row[i])) : tf.tensor2d(raw),
  )
  const logDiagonal = () => (diagonal ? factor : tf.sum(tf.mul(factor, tf.eye(d)), 1))
  /** L, or its diagonal. */
  const triangular = (): tf.Tensor => {
    if (diagonal) return tf.exp(factor)
    const below = tf.mul(factor, strictlyLower(d))
    return tf.add(below, tf.mul(tf.exp(logDiagonal()), tf.eye(d)))
  }
  /** L⁻¹, in float64 on the host, since d is small beside the rows. */
  const hostInverse = () => tf.tensor2d(invertLower((triangular() as tf.Tensor2D).arraySync()))
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch', d])
      return tf.tidy(() => {
        const centred = tf.sub(x, centre)
        const white = diagonal
          ? tf.mul(centred, triangular())
          : tf.matMul(centred as tf.Tensor2D, triangular() as tf.Tensor2D)
        return tf.mul(tf.sum(tf.square(white), 1), 0.5) as tf.Tensor1D
      })
    },
    exactLogPartition: () =>
      tf.tidy(() => tf.sub((d / 2) * Math.log(2 * Math.PI), tf.sum(logDiagonal())) as tf.Scalar),
    sample: (key: RandomKey, count: number) =>
      tf.tidy(() => {
        const z = normal(key, [count, d]) as tf.Tensor2D
        if (diagonal) return tf.add(centre, tf.div(z, triangular()))
        // x = μ + L⁻ᵀz, a row at a time z·L⁻¹.
        return tf.add(centre, tf.matMul(z, hostInverse()))
      }),
    covariance: () =>
      tf.tidy(() => {
        if (diagonal) return tf.mul(tf.exp(tf.mul(factor, -2)), tf.eye(d)) as tf.Tensor2D
        const inverse = hostInverse()
        return tf.matMul(inverse, inverse, true)
      }),
    precision: () =>
      tf.tidy(() => {
        if (diagonal) return tf.mul(tf.square(triangular()), tf.eye(d)) as tf.Tensor2D
        const whole = triangular() as tf.Tensor2D
        return tf.matMul(whole, whole, false, true) as tf.Tensor2D
      }),
  }
}

function isVector(precision: GaussianEnergyOptions['precision']): precision is readonly number[] {
  return precision !== undefined && typeof precision[0] === 'number'
}

/** The Cholesky factor of the starting precision. */
function factorOf({ dimension: d, precision }: GaussianEnergyOptions): Matrix {
  const unit = (value: (i: number) => number) =>
    Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? value(i) : 0)))
  if (precision === undefined) return unit(() => 1)
  checkLength('gaussianEnergy', { precision }, { exactly: d })
  if (isVector(precision)) {
    checkNumber('gaussianEnergy', { precision }, { above: 0 })
    return unit(i => Math.sqrt(precision[i]))
  }
  return cholesky('gaussianEnergy', 'precision', precision)
}

function strictlyLower(d: number): tf.Tensor2D {
  return tf.tensor2d(
    Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i > j ? 1 : 0))),
  )
}
