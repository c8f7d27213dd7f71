import { checkNumber, checkShape, typeError } from '@chiaro/core'
import { stopGradient } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { noisePerData } from './log-ratios.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'

export interface ContrastiveDivergenceOptions<R extends Reduction = Reduction> {
  /**
   * α of the penalty α·(mean E(data)² + mean E(negatives)²), which keeps energies near 0 (Du and Mordatch 2019,
   * "Implicit Generation and Modeling with Energy-Based Models"). It has a price: a biased optimum. Default 0.
   */
  readonly regularization?: number
  /** Default 'mean'. 'sum' and 'none' need κ negatives for each data row. */
  readonly reduction?: R
}

/**
 * Contrastive divergence (Hinton 2002) and its persistent form (Tieleman 2008), in nats:
 *
 *   L = mean E(data) − mean E(negatives) + α·(mean E(data)² + mean E(negatives)²).
 *
 * Its gradient with respect to the model's parameters is that of the negative log-likelihood when the negatives are
 * drawn from the model; a chain of k steps from the data (CD-k) or from its own past (PCD) stands in for that. The
 * value is no likelihood and need not fall while a model learns.
 *
 * The negatives are constants: draw them outside the gradient, or pass them through `stopGradient` before the energy
 * sees them. This function sees energies only and can't do it. With reduction 'none', data row i owns the negatives
 * κi … κi + κ − 1.
 *
 * @param energyData [n], low where the model finds x probable
 * @param energyNegatives [m]
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for shapes that don't fit; RangeError for regularization < 0
 *
 * @example
 * ```ts
 * import { contrastiveDivergenceLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor) => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const [data, negatives] = [1, 2].map(seed => normal(key(seed), [100, 2]))
 * contrastiveDivergenceLoss(energy(data), energy(negatives)).print() // near 0: the chains have arrived
 * ```
 */
export function contrastiveDivergenceLoss<R extends Reduction = 'mean'>(
  energyData: tf.Tensor,
  energyNegatives: tf.Tensor,
  options: ContrastiveDivergenceOptions<R> = {},
): Reduced<R> {
  const where = 'contrastiveDivergenceLoss'
  const { regularization = 0, reduction = 'mean' } = options
  const { n } = checkShape(where, { energyData }, ['n'])
  const { m } = checkShape(where, { energyNegatives }, ['m'])
  checkNumber(where, { regularization }, { least: 0 })
  if ((n === 0) !== (m === 0)) {
    const [argument, rows] = n === 0 ? ['energyData', m] : ['energyNegatives', n]
    throw typeError(where, argument, `of one row at least beside the other's ${rows}`, '[0]')
  }
  // A mean over one row of means takes any m; one value a row needs negatives of its own.
  const rows = reduction === 'mean' ? Math.min(1, n) : n
  if (reduction !== 'mean') noisePerData(where, 'energyNegatives', n, m)
  return tf.tidy(() => {
    // Large energies differ by little: what they share is taken off before the sums round it.
    const shared = n === 0 ? 0 : stopGradient(tf.slice(energyNegatives, 0, 1))
    const meanOfRow = (values: tf.Tensor) => {
      const perRow = rows === 0 ? 1 : values.size / rows
      return tf.div(tf.sum(tf.reshape(values, [rows, perRow]), 1), perRow)
    }
    const divergence = tf.sub(
      meanOfRow(tf.sub(energyData, shared)),
      meanOfRow(tf.sub(energyNegatives, shared)),
    )
    if (regularization === 0) return reduce(where, divergence, reduction)
    const squares = tf.add(meanOfRow(tf.square(energyData)), meanOfRow(tf.square(energyNegatives)))
    return reduce(where, tf.add(divergence, tf.mul(squares, regularization)), reduction)
  }) as Reduced<R>
}
