import {
  checkInteger,
  checkLength,
  checkShape,
  type Matrix,
  newVariables,
  type RandomKey,
  rangeError,
} from '@chiaro/core'
import { normalValues, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { ExactEnergyModel } from './exact-energy-model.ts'
import { inverse, logAbsDeterminant } from './log-determinant.ts'

export interface IcaEnergyOptions {
  /** Numbers a row, and sources, d. */
  readonly dimension: number
  /** The starting W, whose rows w_i make the sources w_iᵀx. Default a random rotation. */
  readonly unmixing?: Matrix
}

/**
 * Independent component analysis with Laplace sources of variance 1 (Gutmann and Hyvärinen 2012, section 4):
 * E(x) = √2·Σ|w_iᵀx|, so that
 *
 *   log p(x) = −√2·Σ|w_iᵀx| − (d/2)·log 2 + log|det W|
 *
 * energy: [batch, dimension] → [batch], in nats. Parameter "unmixing" [d, d]. W is known up to the order and the signs
 * of its rows.
 *
 * @throws RangeError for a dimension that is no positive integer and for a singular matrix; TypeError for a matrix of
 *   another shape; energy: TypeError for another shape
 *
 * @example
 * ```ts
 * import { icaEnergy } from '@chiaro/energy'
 * import { key, normal } from '@chiaro/random'
 *
 * const model = icaEnergy({ dimension: 2 }, key(1))
 * model.energy(normal(key(2), [4, 2])).print()
 * model.exactLogPartition().print()
 * ```
 */
export function icaEnergy(options: IcaEnergyOptions, key: RandomKey): ExactEnergyModel {
  const { dimension: d, unmixing } = options
  checkInteger('icaEnergy', { dimension: d }, { least: 1 })
  if (unmixing !== undefined) checkInvertible(unmixing, d)
  const variables = newVariables()
  const W = variables.parameter('unmixing', tf.tensor2d((unmixing ?? rotation(key, d)).map(row => [...row])))
  return {
    parameters: variables.parameters,
    energy(x) {
      checkShape('energy', { x }, ['batch', d])
      return tf.tidy(() => {
        const sources = tf.matMul(x as tf.Tensor2D, W, false, true)
        return tf.mul(tf.sum(tf.abs(sources), 1), Math.SQRT2) as tf.Tensor1D
      })
    },
    exactLogPartition: () => tf.tidy(() => tf.sub((d / 2) * Math.LN2, logAbsDeterminant(W)) as tf.Scalar),
    sample: (sampleKey: RandomKey, count: number) =>
      tf.tidy(() => {
        // u in (−½, ½), never on an end, where the logarithm is infinite.
        const sources = uniformValues(sampleKey, count * d).map(value => {
          const u = value + 2 ** -25 - 0.5
          return -Math.sign(u) * Math.SQRT1_2 * Math.log(1 - 2 * Math.abs(u))
        })
        return tf.matMul(tf.tensor2d(sources, [count, d]), inverse(W), false, true)
      }),
  }
}

function checkInvertible(unmixing: Matrix, d: number): void {
  const rows = Object.fromEntries(unmixing.map((row, i) => [`unmixing[${i}]`, row]))
  checkLength('icaEnergy', { unmixing, ...rows }, { exactly: d })
  const logAbs = tf.tidy(() => logAbsDeterminant(tf.tensor2d(unmixing.map(row => [...row]))).dataSync()[0])
  if (!Number.isFinite(logAbs)) {
    throw rangeError('icaEnergy', 'unmixing', 'invertible', `log|det| = ${logAbs}`)
  }
}

/** A random orthogonal matrix: normal rows, each less what it shares with those before (Gram and Schmidt). */
function rotation(key: RandomKey, d: number): number[][] {
  const values = normalValues(key, d * d)
  const rows: number[][] = []
  for (let i = 0; i < d; i++) {
    let row = Array.from(values.subarray(i * d, (i + 1) * d))
    // Twice is enough for float32's digits (Kahan; Parlett).
    for (const other of [...rows, ...rows]) {
      const shared = row.reduce((sum, value, j) => sum + value * other[j], 0)
      row = row.map((value, j) => value - shared * other[j])
    }
    const length = Math.hypot(...row)
    rows.push(row.map(value => value / length))
  }
  return rows
}
