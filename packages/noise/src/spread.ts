import { checkLength, checkNumber, cholesky, conflictError, invertLower, type Matrix } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** The spread of an elliptical distribution: Σ = LLᵀ, whole or by its diagonal. */
export interface Spread {
  /** L, or its diagonal. */
  readonly factor: Matrix | readonly number[]
  /** log |L| = ½ log |Σ|. */
  readonly logDeterminant: number
  /** (x − centre)ᵀ Σ⁻¹ (x − centre) of rows: [batch, d] → [batch], differentiable. */
  squaredDistance(x: tf.Tensor): tf.Tensor
}

/** What either form is called where the caller gave it. */
export interface SpreadArguments {
  readonly matrix: readonly [argument: string, value: Matrix | undefined]
  readonly diagonal: readonly [argument: string, value: readonly number[] | undefined]
}

/** Makes a spread from exactly one of the two forms; L⁻¹ and determinants are float64. */
export function spreadOf(
  where: string,
  centre: readonly number[],
  { matrix, diagonal }: SpreadArguments,
): Spread {
  if ((matrix[1] === undefined) === (diagonal[1] === undefined)) {
    throw conflictError(where, matrix[0], `give either ${matrix[0]} or ${diagonal[0]}`)
  }
  const centred = (x: tf.Tensor) => tf.sub(x, tf.tensor1d([...centre]))
  const d = centre.length
  if (diagonal[1] !== undefined) {
    const deviations = diagonal[1]
    checkLength(where, { [diagonal[0]]: deviations }, { exactly: d })
    checkNumber(where, { [diagonal[0]]: deviations }, { above: 0 })
    return {
      factor: deviations,
      logDeterminant: deviations.reduce((sum, deviation) => sum + Math.log(deviation), 0),
      squaredDistance: x => tf.sum(tf.square(tf.div(centred(x), tf.tensor1d([...deviations]))), 1),
    }
  }
  const covariance = matrix[1] as Matrix
  checkLength(where, { [matrix[0]]: covariance }, { exactly: d })
  const factor = cholesky(where, matrix[0], covariance)
  const inverse = invertLower(factor)
  return {
    factor,
    logDeterminant: factor.reduce((sum, row, i) => sum + Math.log(row[i]), 0),
    squaredDistance: x => {
      const whitening = tf.tensor2d(inverse.map(row => [...row]))
      return tf.sum(tf.square(tf.matMul(centred(x) as tf.Tensor2D, whitening, false, true)), 1)
    },
  }
}
