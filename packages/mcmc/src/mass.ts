import { checkNumber, cholesky, invertLower, type Matrix, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * The mass matrix M of Hamiltonian chains, whose momenta are p ~ N(0, M) and whose kinetic energy is ½ pᵀM⁻¹p. Chains
 * move best where M⁻¹ is about the covariance of what they draw from: then all directions take the same step size.
 */
export interface Mass {
  /** A draw of N(0, M) from one of N(0, 1), both [chains, …event]. */
  readonly momentum: (normal: tf.Tensor) => tf.Tensor
  /** M⁻¹p, [chains, …event]. */
  readonly velocity: (momentum: tf.Tensor) => tf.Tensor
}

/** M = 1. */
export const unitMass: Mass = { momentum: normal => normal, velocity: momentum => momentum }

/**
 * M⁻¹ = diag(variances): numbers of unlike scale.
 *
 * @param variances about those of each number of an event, in the order of the event's elements
 * @throws RangeError unless they are positive and finite; TypeError in use, for events of another size
 */
export function diagonalMass(variances: readonly number[]): Mass {
  const where = 'diagonalMass'
  checkNumber(where, { variances }, { above: 0 })
  const roots = variances.map(variance => 1 / Math.sqrt(variance))
  const scaled = (x: tf.Tensor, scales: readonly number[]) =>
    onRows(where, 'variances', scales.length, x, rows => tf.mul(rows, tf.tensor1d([...scales])))
  return {
    momentum: normal => scaled(normal, roots),
    velocity: momentum => scaled(momentum, variances),
  }
}

/**
 * M⁻¹ = covariance: numbers that vary together.
 *
 * @param covariance [d, d], about that of an event's numbers, in the order of the event's elements
 * @throws TypeError unless square, RangeError unless symmetric and positive definite; TypeError in use, for events of
 *   another size
 */
export function denseMass(covariance: Matrix): Mass {
  const where = 'denseMass'
  // With covariance = LLᵀ, M = L⁻ᵀL⁻¹: rows of standard normals times L⁻¹ have that covariance.
  const root = invertLower(cholesky(where, 'covariance', covariance))
  const times = (x: tf.Tensor, matrix: Matrix) =>
    onRows(where, 'covariance', matrix.length, x, rows => tf.matMul(rows, tf.tensor2d(matrix as number[][])))
  return {
    momentum: normal => times(normal, root),
    velocity: momentum => times(momentum, covariance),
  }
}

/** A mass whose velocities are those of steps as many times as long, by chain: M/scale². */
export function rowScaledMass(mass: Mass, scales: tf.Tensor1D): Mass {
  const along = (x: tf.Tensor) => tf.reshape(scales, [scales.size, ...x.shape.slice(1).map(() => 1)])
  return {
    momentum: normal => tf.div(mass.momentum(normal), along(normal)),
    velocity: momentum => tf.mul(mass.velocity(momentum), tf.square(along(momentum))),
  }
}

function onRows(
  where: string,
  argument: string,
  dimension: number,
  x: tf.Tensor,
  f: (rows: tf.Tensor2D) => tf.Tensor,
): tf.Tensor {
  const [chains, ...event] = x.shape
  const size = event.reduce((product, length) => product * length, 1)
  if (size !== dimension)
    throw typeError(
      where,
      argument,
      `of length ${size}, one for each number of an event`,
      `length ${dimension}`,
    )
  return tf.tidy(() => tf.reshape(f(tf.reshape(x, [chains, dimension]) as tf.Tensor2D), x.shape))
}
