import { checkNumber, cholesky, invertLower, yielding } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { checkCovariance, checkSpread } from './check-covariance.ts'
import { columnMoments, scatter } from './column-moments.ts'
import { type HostRows, readRows } from './host-rows.ts'
import type { Noise } from './noise.ts'
import { squaredDistances } from './squared-distances.ts'
import { type StudentTNoiseSpec, studentTNoise } from './student-t-noise.ts'

export interface FitStudentTNoiseOptions {
  /** ν, not fitted. Default 5: fourth moments exist, and a row six deviations out is no surprise. */
  readonly degreesOfFreedom?: number
  /** The form of the scale matrix. Default 'full'. */
  readonly covariance?: 'full' | 'diagonal'
  /** Scales are multiplied by it, the scale matrix by its square. Default 1. */
  readonly inflation?: number
  /** Added to each squared scale. Default 0. */
  readonly ridge?: number
  /** Ends the fit, which throws its reason. */
  readonly signal?: AbortSignal
}

/** Steps after which the iteration stops in any case. */
const mostSteps = 200

/**
 * The Student t distribution of greatest likelihood at a given ν, by the EM iteration (Liu and Rubin 1995), float64: rows
 * far out count less,
 *
 *   w_i = (ν + d)/(ν + δ_i),   μ = Σ w x / Σ w,   Σ = (1/n) Σ w (x − μ)(x − μ)ᵀ,
 *
 * until no squared distance δ changes by more than 1e-8 of itself and ν. Other events have their turn between two steps.
 *
 * @param x float32 [n, d]
 * @throws TypeError for another shape; RangeError that names a number that is not finite, a column that is constant or a
 *   linear combination of others; the signal's reason
 *
 * @example
 * ```ts
 * import { fitStudentTNoise } from '@chiaro/noise'
 * import { key, normal } from '@chiaro/random'
 *
 * const noise = await fitStudentTNoise(normal(key(1), [500, 2]), { degreesOfFreedom: 4 })
 * noise.sample(key(2), 3).print() // now and then far away
 * ```
 */
export async function fitStudentTNoise(
  x: tf.Tensor,
  options: FitStudentTNoiseOptions = {},
): Promise<Noise<StudentTNoiseSpec>> {
  const where = 'fitStudentTNoise'
  const { degreesOfFreedom: nu = 5, covariance = 'full', inflation = 1, ridge = 0, signal } = options
  checkNumber(where, { degreesOfFreedom: nu }, { above: 0 })
  checkNumber(where, { inflation }, { above: 0 })
  checkNumber(where, { ridge }, { least: 0 })
  const rows = await readRows(where, x)
  const diagonal = covariance === 'diagonal'
  const weights = new Float64Array(rows.n).fill(1)
  let distances = new Float64Array(rows.n)
  let fitted = weighted(where, rows, weights, diagonal, ridge)
  const turn = yielding(signal)
  for (let step = 0; step < mostSteps; step++) {
    await turn()
    const next = squaredDistances(rows, fitted.mean, invertLower(cholesky(where, 'x', fitted.matrix)))
    const settled = next.every((value, i) => Math.abs(value - distances[i]) <= 1e-8 * (value + nu))
    if (step > 0 && settled) break
    distances = next
    for (let i = 0; i < rows.n; i++) weights[i] = (nu + rows.d) / (nu + distances[i])
    fitted = weighted(where, rows, weights, diagonal, ridge)
  }
  const { mean, matrix } = fitted
  if (!diagonal) {
    const scaleMatrix = matrix.map(row => row.map(value => value * inflation ** 2))
    return studentTNoise({ mean, degreesOfFreedom: nu, scaleMatrix })
  }
  const scale = matrix.map((row, j) => inflation * Math.sqrt(row[j]))
  return studentTNoise({ mean, degreesOfFreedom: nu, scale })
}

/** The M step: weighted mean, and scatter about it over n. */
function weighted(where: string, rows: HostRows, weights: Float64Array, diagonal: boolean, ridge: number) {
  const { mean } = columnMoments(rows, weights)
  const matrix = scatter(rows, mean, rows.n, weights)
  for (const [j, row] of matrix.entries()) {
    row[j] += ridge
    if (diagonal) matrix[j] = row.map((value, k) => (j === k ? value : 0))
  }
  if (!diagonal) checkCovariance(where, matrix, mean)
  else {
    const variance = matrix.map((row, j) => row[j])
    checkSpread(where, variance, mean)
  }
  return { mean, matrix }
}
