import type * as tf from '@tensorflow/tfjs-core'

/**
 * What a kernel of `pairwiseLogSumExp` computes. Both kernels or none should be registered for a backend.
 *
 * A pair (i, j) of query i and key j *takes part* unless one of these leaves it out:
 * - `exclude[i, e] === j` for some column e (−1 names no key);
 * - `queryGroups[i] !== keyGroups[j]`;
 * - `mask[i, j] === 0`;
 * - `keyBias[j] === −∞`.
 *
 * A pair that takes part has z[i, j] = Σ_c queries[i, c]·keys[j, c] + keyBias[j]; queries arrive already scaled.
 * A pair left out must not enter the maximum nor the sum, whatever its dot product (also when that is ±∞ or NaN).
 *
 * Absent optional inputs are missing from `inputs`. All arrays are dense, row-major; n, m, d ≥ 1.
 */
export interface PairwiseLogSumExpInputs {
  /** float32 [n, d], times the scale. */
  readonly queries: tf.TensorInfo
  /** float32 [m, d]. */
  readonly keys: tf.TensorInfo
  /** float32 [m], the logarithms of the keys' weights; absent: 0. */
  readonly keyBias?: tf.TensorInfo
  /** float32 [n], subtracted from z before a row's maximum is taken; absent: 0. */
  readonly rowOffset?: tf.TensorInfo
  /** float32 [m], subtracted from z before a column's maximum is taken; absent: 0. */
  readonly columnOffset?: tf.TensorInfo
  /** int32 [n, e], e ≥ 1: keys left out, by row; −1 names none. */
  readonly exclude?: tf.TensorInfo
  /** int32 [n]; comes with keyGroups. */
  readonly queryGroups?: tf.TensorInfo
  /** int32 [m]. */
  readonly keyGroups?: tf.TensorInfo
  /** bool [n, m], 1 = takes part. */
  readonly mask?: tf.TensorInfo
}

/**
 * Op "PairwiseLogSumExp": outputs [rows] or, with `columns`, [rows, columns]:
 * - rows[i] = log Σ_j exp(z[i, j] − rowOffset[i]), float32 [n];
 * - columns[j] = log Σ_i exp(z[i, j] − columnOffset[j]), float32 [m];
 * over the pairs that take part; −∞ where none does.
 */
export interface PairwiseLogSumExpAttributes {
  readonly columns: boolean
}

/**
 * Op "PairwiseLogSumExpGrad": the inputs of the forward op, and `rows`, `rowGradient` float32 [n] and, when the
 * forward op had `columns`, `columns`, `columnGradient` float32 [m]. With
 *
 *   g[i, j] = rowGradient[i]·exp(z[i, j] − rowOffset[i] − rows[i])
 *           + columnGradient[j]·exp(z[i, j] − columnOffset[j] − columns[j])    where the pair takes part, else 0,
 *
 * the outputs are [dQueries, dKeys, dKeyBias]: dQueries[i] = Σ_j g[i, j]·keys[j] float32 [n, d],
 * dKeys[j] = Σ_i g[i, j]·queries[i] float32 [m, d] and dKeyBias[j] = Σ_i g[i, j] float32 [m] (always, it is cheap).
 * An empty row or column arrives with a gradient of 0 and a log-sum-exp of 0 in place of −∞; none of its pairs
 * takes part.
 */
export interface PairwiseLogSumExpGradInputs extends PairwiseLogSumExpInputs {
  readonly rows: tf.TensorInfo
  readonly rowGradient: tf.TensorInfo
  readonly columns?: tf.TensorInfo
  readonly columnGradient?: tf.TensorInfo
}

/** The op names under which kernels are registered with `registerFastKernel`. */
export const PairwiseLogSumExp = 'PairwiseLogSumExp'
export const PairwiseLogSumExpGrad = 'PairwiseLogSumExpGrad'
