import { checkInteger, checkLength, checkNumber, checkShape, rangeError } from '@chiaro/core'
import { unitValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { affineRows } from './affine-rows.ts'
import { locallyConstant } from './locally-constant.ts'
import type { Noise } from './noise.ts'

export interface UniformNoiseOptions {
  /** The box's lower corner, d numbers. */
  readonly low: readonly number[]
  /** Its upper corner, above `low` in every column. */
  readonly high: readonly number[]
}

export type UniformNoiseSpec = { readonly kind: 'uniform' } & UniformNoiseOptions

/**
 * Uniform rows of a box, its faces included: log q(x) = −Σ log(high − low) inside, −∞ outside. NCE needs noise wherever
 * there is data: a data row outside makes its log ratio +∞, which the objectives refuse.
 *
 * The gradient in x is 0.
 *
 * @throws TypeError for lengths that don't fit; RangeError that names a column whose high is not above its low
 *
 * @example
 * ```ts
 * import { uniformNoise } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * uniformNoise({ low: [0, 0], high: [2, 2] }).logProb(tf.tensor2d([[1, 1], [3, 1]])).print() // −log 4 and −∞
 * ```
 */
export function uniformNoise({ low, high }: UniformNoiseOptions): Noise<UniformNoiseSpec> {
  const where = 'uniformNoise'
  checkLength(where, { low }, { least: 1 })
  checkNumber(where, { low })
  checkLength(where, { high }, { exactly: low.length })
  checkNumber(where, { high })
  const d = low.length
  // As float32 the corners may fall together, and the box would be empty.
  const flat = low.findIndex((value, j) => Math.fround(high[j]) <= Math.fround(value))
  if (flat >= 0) {
    const expected = `above low[${flat}] = ${low[flat]} (as float32)`
    throw rangeError(where, `high[${flat}]`, expected, String(high[flat]))
  }
  const width = high.map((value, j) => value - low[j])
  const logVolume = width.reduce((sum, value) => sum + Math.log(value), 0)
  return {
    eventShape: [d],
    spec: { kind: 'uniform', low, high },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      return affineRows(unitValues(key, count * d), low, width)
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', d])
      return tf.tidy(() =>
        locallyConstant(at => {
          const above = tf.greaterEqual(at, tf.tensor1d([...low]))
          const below = tf.lessEqual(at, tf.tensor1d([...high]))
          const rows = [x.shape[0]]
          return tf.where(
            tf.all(tf.logicalAnd(above, below), 1),
            tf.fill(rows, -logVolume),
            tf.fill(rows, Number.NEGATIVE_INFINITY),
          )
        }, x),
      )
    },
  }
}
