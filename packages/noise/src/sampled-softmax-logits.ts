import { checkLength, checkNumber, checkShape, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { AccidentalHits } from './accidental-hits.ts'

export interface SampledSoftmaxOptions {
  /** How often each sampled id is expected in the sample, [s]: s·p(id), or `expectedUniqueCounts`. */
  readonly expectedCounts: ArrayLike<number>
  /** The same of each row's positive, [n]. */
  readonly positiveExpectedCounts: ArrayLike<number>
  /** Columns to leave out, from `accidentalHits`. Default none. */
  readonly hits?: AccidentalHits
}

/**
 * The logits of sampled softmax (Jean and others 2015): the positive in column 0, the sampled classes after it, each less the
 * logarithm of its expected count, so that their softmax estimates that over all classes. Accidental hits become −∞ by
 * selection: neither value nor gradient is left of them. With `rankingNceLoss`, positive 0, this is TensorFlow's
 * `sampled_softmax_loss`.
 *
 * @param positiveLogits [n]
 * @param sampledLogits [n, s]
 * @returns [n, 1 + s]
 * @throws TypeError for shapes that don't fit; RangeError that names an expected count that is not positive (its logarithm
 *   would be −∞, the logit +∞) and a hit that is no pair
 *
 * @example
 * ```ts
 * import { sampledSoftmaxLogits } from '@chiaro/noise'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const logits = sampledSoftmaxLogits(tf.tensor1d([2, 1]), tf.zeros([2, 3]), {
 *   expectedCounts: [0.5, 0.2, 0.1],
 *   positiveExpectedCounts: [0.5, 0.3],
 * })
 * console.log(logits.shape) // [2, 1 + 3], the positive first
 * ```
 */
export function sampledSoftmaxLogits(
  positiveLogits: tf.Tensor1D,
  sampledLogits: tf.Tensor2D,
  { expectedCounts, positiveExpectedCounts, hits }: SampledSoftmaxOptions,
): tf.Tensor2D {
  const where = 'sampledSoftmaxLogits'
  const { n, s } = checkShape(where, { sampledLogits }, ['n', 's'])
  checkShape(where, { positiveLogits }, [n])
  const ofSampled = logarithms(where, 'expectedCounts', expectedCounts, s)
  const ofPositives = logarithms(where, 'positiveExpectedCounts', positiveExpectedCounts, n)
  const left = new Uint8Array(n * s)
  for (let h = 0; h < (hits?.rows.length ?? 0); h++) {
    const [row, column] = [(hits as AccidentalHits).rows[h], (hits as AccidentalHits).columns[h]]
    if (!(row >= 0 && row < n && column >= 0 && column < s)) {
      throw rangeError(where, `hits ${h}`, `a pair of [${n}, ${s}]`, `(${row}, ${column})`)
    }
    left[row * s + column] = 1
  }
  return tf.tidy(() => {
    const corrected = tf.sub(sampledLogits, tf.tensor1d(ofSampled))
    const removed = tf.fill([n, s], Number.NEGATIVE_INFINITY)
    const sampled =
      hits === undefined ? corrected : tf.where(tf.tensor2d(left, [n, s], 'bool'), removed, corrected)
    const positives = tf.expandDims(tf.sub(positiveLogits, tf.tensor1d(ofPositives)), 1)
    return tf.concat([positives, sampled], 1) as tf.Tensor2D
  })
}

function logarithms(where: string, argument: string, counts: ArrayLike<number>, size: number): Float32Array {
  checkLength(where, { [argument]: counts }, { exactly: size })
  checkNumber(where, { [argument]: counts }, { above: 0 })
  return Float32Array.from(counts, Math.log)
}
