import { checkNumber, checkShape } from '@chiaro/core'
import { binaryNce } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { checkContents, noisePerData } from './log-ratios.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'

export interface BinaryNceOptions<R extends Reduction = Reduction> {
  /** ν, how many noise samples weigh as much as one data sample. Default κ, as many as there are. */
  readonly noiseRatio?: number
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * Noise-contrastive estimation's logistic loss in nats (Gutmann and Hyvärinen 2012; docs/notes.md eq. 1.3 and 1.8):
 * with log ratios r = log p_model − log p_noise and G = r − log ν,
 *
 *   L = mean over data i of softplus(−G(x_i)) + (ν/κ) Σ softplus(G(y)), y the κ noise rows of i.
 *
 * Data row i owns noise rows κi … κi + κ − 1. The population optimum is log p_model = log p_data, partition included;
 * for noise equal to the data it is log(1 + ν) + ν log(1 + 1/ν).
 *
 * @param logRatioData [n]
 * @param logRatioNoise [κn]
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for shapes that don't fit; RangeError for ν ≤ 0, and (where tensors lie on the host) naming the
 *   row of a log ratio of +∞: the noise has no density there
 *
 * @example
 * ```ts
 * import { binaryNceLoss } from '@chiaro/objectives'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // log p_model − log p_noise of 100 data rows, and of the 500 noise rows that they are told from.
 * const [data, noise] = [tf.zeros([100]), tf.zeros([500])]
 * binaryNceLoss(data, noise).print() // log 6 + 5 log 1.2 = 2.703: the model is the noise
 * ```
 */
export function binaryNceLoss<R extends Reduction = 'mean'>(
  logRatioData: tf.Tensor,
  logRatioNoise: tf.Tensor,
  options: BinaryNceOptions<R> = {},
): Reduced<R> {
  const where = 'binaryNceLoss'
  const { n } = checkShape(where, { logRatioData }, ['n'])
  checkShape(where, { logRatioNoise }, ['κn'])
  const perData = noisePerData(where, 'logRatioNoise', n, logRatioNoise.size)
  for (const [argument, ratios] of Object.entries({ logRatioData, logRatioNoise })) {
    const expected = 'below ∞ (the noise must have a density wherever there is data)'
    checkContents(where, argument, ratios, value => value !== Number.POSITIVE_INFINITY, expected)
  }
  const { noiseRatio = perData, reduction = 'mean' } = options
  checkNumber(where, { noiseRatio }, { above: 0 })
  return tf.tidy(() =>
    reduce(
      where,
      binaryNce(logRatioData as tf.Tensor1D, logRatioNoise as tf.Tensor1D, { noiseRatio }),
      reduction,
    ),
  ) as Reduced<R>
}
