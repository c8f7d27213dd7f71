import { ChiaroError, checkShape } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

export interface EffectiveRankOptions {
  /** Whether the mean row is taken off first. Default false: the matrix as it is. */
  readonly center?: boolean
}

/**
 * How many directions embeddings fill (Roy and Vetterli 2007): the exponential of the entropy of their singular values,
 *
 *   exp(−Σ_k p_k log p_k),   p_k = σ_k/Σ_j σ_j.
 *
 * d for d equal singular values, 1 for rows that are multiples of one another, 0 for none but zeros; far below d, an
 * encoder has collapsed to few directions. In float64, from the smaller of XᵀX and XXᵀ: of singular values below 1e-8 of
 * the largest nothing is left. Time: n·d·min(n, d); a few thousand rows tell enough.
 *
 * @param x [n, d]
 * @throws TypeError for another shape; ChiaroError ('non-finite') that names the row
 *
 * @example
 * ```ts
 * import { effectiveRank } from '@chiaro/evaluate'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * console.log(await effectiveRank(normal(key(1), [500, 8]))) // nearly 8
 * console.log(await effectiveRank(tf.tile(normal(key(2), [500, 1]), [1, 8]))) // 1: collapsed onto a line
 * ```
 */
export async function effectiveRank(x: tf.Tensor2D, options: EffectiveRankOptions = {}): Promise<number> {
  const where = 'effectiveRank'
  const { center = false } = options
  const { n, d } = checkShape(where, { x }, ['n', 'd'], { dtype: 'any', least: { n: 1, d: 1 } })
  const values = Float64Array.from(await x.data())
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) {
    const message = `${where}: x must be finite, got ${values[wrong]} in row ${Math.floor(wrong / d)}`
    throw new ChiaroError('non-finite', message, 'x')
  }
  if (center) takeOffMean(values, n, d)
  const products = new EigenvalueDecomposition(gram(values, n, d), { assumeSymmetric: true })
  const singular = products.realEigenvalues.map(value => Math.sqrt(Math.max(0, value)))
  const total = singular.reduce((sum, value) => sum + value, 0)
  if (total === 0) return 0
  const entropy = singular.reduce((sum, value) => {
    const p = value / total
    return p > 0 ? sum - p * Math.log(p) : sum
  }, 0)
  return Math.exp(entropy)
}

function takeOffMean(values: Float64Array, n: number, d: number): void {
  for (let j = 0; j < d; j++) {
    let mean = 0
    for (let i = 0; i < n; i++) mean += values[i * d + j] / n
    for (let i = 0; i < n; i++) values[i * d + j] -= mean
  }
}

/** XᵀX or XXᵀ, the smaller; both have the squares of the singular values. */
function gram(values: Float64Array, n: number, d: number): Matrix {
  const byColumns = d <= n
  const [size, length] = byColumns ? [d, n] : [n, d]
  const products = Array.from({ length: size }, () => new Float64Array(size))
  // One outer product after the other, so that memory is walked in its order.
  const line = new Float64Array(size)
  for (let k = 0; k < length; k++) {
    for (let a = 0; a < size; a++) line[a] = byColumns ? values[k * d + a] : values[a * d + k]
    for (let a = 0; a < size; a++) {
      const [value, row] = [line[a], products[a]]
      // The lower half; features after a ReLU are often 0.
      if (value !== 0) for (let b = 0; b <= a; b++) row[b] += value * line[b]
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) products[b][a] = products[a][b]
  return new Matrix(products)
}
