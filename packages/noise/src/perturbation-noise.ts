import { checkInteger, checkLength, checkNumber, checkShape, type RandomKey } from '@chiaro/core'
import { normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

export interface PerturbationNoiseOptions {
  /** Standard deviation of the Gaussian step: one number, or one a column. */
  readonly deviation: number | readonly number[]
}

/** Noise that depends on the data row it belongs to. */
export interface ConditionalNoise {
  readonly spec: { readonly kind: 'perturbation' } & PerturbationNoiseOptions
  /** [n, …event] → [κn, …event]: rows κi … κi + κ − 1 are those of data row i. */
  perturb(key: RandomKey, x: tf.Tensor, count: number): tf.Tensor
  /** log p_c(y given x) − log p_c(x given y) of the rows of `perturb`, [κn]: what conditional NCE adds to f(x) − f(y). */
  logRatio(x: tf.Tensor, y: tf.Tensor): tf.Tensor1D
}

/**
 * Symmetric Gaussian steps y = x + ε·z, the noise of conditional NCE (Ceylan and Gutmann 2018). Both directions are equally
 * probable, so its log ratio is 0 and the loss takes f(x) and f(y) as they are. Deviations about the data's own width serve
 * best; small ones make the loss score matching.
 *
 * @throws RangeError for a deviation that is not positive; perturb: TypeError unless x is float32 [n, …] and, with one
 *   deviation a column, [n, d]
 *
 * @example
 * ```ts
 * import { perturbationNoise } from '@chiaro/noise'
 * import { key, normal } from '@chiaro/random'
 *
 * const x = normal(key(1), [100, 2])
 * const y = perturbationNoise({ deviation: 0.5 }).perturb(key(2), x, 3)
 * console.log(y.shape) // [300, 2]: rows 3i, 3i + 1 and 3i + 2 are those of row i
 * ```
 */
export function perturbationNoise({ deviation }: PerturbationNoiseOptions): ConditionalNoise {
  const where = 'perturbationNoise'
  if (typeof deviation !== 'number') checkLength(where, { deviation }, { least: 1 })
  checkNumber(where, { deviation }, { above: 0 })
  const axes = typeof deviation === 'number' ? (['n', '…event'] as const) : (['n', deviation.length] as const)
  return {
    spec: { kind: 'perturbation', deviation },
    perturb(key, x, count) {
      checkInteger(where, { count }, { least: 1 })
      checkShape(`${where}.perturb`, { x }, axes)
      const [n, ...event] = x.shape
      return tf.tidy(() => {
        const z = normal(key, [n, count, ...event])
        const step = tf.mul(z, typeof deviation === 'number' ? deviation : tf.tensor1d([...deviation]))
        return tf.reshape(tf.add(tf.expandDims(x, 1), step), [n * count, ...event])
      })
    },
    logRatio: (_, y) => tf.zeros([y.shape[0]]),
  }
}
