import { checkShape, conflictError } from '@chiaro/core'
import { logSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { checkContents, noisePerData } from './log-ratios.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'

export interface EnceOptions<R extends Reduction = Reduction> {
  /**
   * Gives log L instead of L: the same minimum and the same direction of descent, finite for every finite log ratio.
   * Goes with reduction 'mean' only. Default false.
   */
  readonly logarithm?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/** exp(r/2) is finite in float32 up to here. */
const largestRatio = 2 * Math.log(3.4028234e38)

/**
 * eNCE, noise contrast with the exponential loss in place of the logistic one (Liu, Rosenfeld, Ravikumar and
 * Risteski 2021, "Analyzing and Improving the Optimization Landscape of Noise-Contrastive Estimation"): with log ratios
 * r = log p_model − log p_noise,
 *
 *   L_i = exp(−r(x_i)/2) + (1/κ) Σ exp(r(y)/2), y the κ noise rows of i,
 *
 * averaged over rows: E_data √(p_noise/p_model) + E_noise √(p_model/p_noise). As in binary NCE the minimum over all
 * models is log p_model = log p_data, partition included; it is 2·E_noise √(p_data/p_noise), twice the
 * Bhattacharyya coefficient, and 2 where noise and data are alike. Where the two lie far apart its Hessian is
 * better conditioned than the logistic loss's, and gradients divided by their length reach it in few steps.
 *
 * Single samples weigh exponentially. A data log ratio below −177.4 or a noise log ratio above 177.4 overflows
 * float32: that is refused where tensors lie on the host, and gives +∞ elsewhere; `logarithm` has no such bound.
 *
 * @param logRatioData [n]
 * @param logRatioNoise [κn]; data row i owns rows κi … κi + κ − 1
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for shapes that don't fit, for logarithm beside another reduction than 'mean'; RangeError (where
 *   tensors lie on the host) naming the row whose term overflows, or the data row of an infinite log ratio
 *
 * @example
 * ```ts
 * import { enceLoss } from '@chiaro/objectives'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * enceLoss(tf.zeros([4]), tf.zeros([20])).print() // 2: the model is the noise
 * enceLoss(tf.fill([4], -400), tf.fill([20], 400), { logarithm: true }).print() // L would overflow
 * ```
 */
export function enceLoss<R extends Reduction = 'mean'>(
  logRatioData: tf.Tensor,
  logRatioNoise: tf.Tensor,
  options: EnceOptions<R> = {},
): Reduced<R> {
  const where = 'enceLoss'
  const { logarithm = false, reduction = 'mean' } = options
  const { n } = checkShape(where, { logRatioData }, ['n'])
  checkShape(where, { logRatioNoise }, ['κn'])
  const perData = noisePerData(where, 'logRatioNoise', n, logRatioNoise.size)
  if (logarithm && reduction !== 'mean') {
    throw conflictError(where, 'logarithm', `logarithm needs reduction 'mean', got '${reduction}'`)
  }
  const bound = logarithm ? Number.MAX_VALUE : largestRatio
  const advice = 'where √(p/q) overflows float32, logarithm: true does not'
  const ofDataExpected = logarithm ? 'finite' : `−177.4 or more and finite (${advice})`
  const ofNoiseExpected = logarithm ? 'below ∞' : `177.4 or less (${advice})`
  checkContents(
    where,
    'logRatioData',
    logRatioData,
    r => r >= -bound && r < Number.POSITIVE_INFINITY,
    ofDataExpected,
  )
  checkContents(where, 'logRatioNoise', logRatioNoise, r => r <= bound, ofNoiseExpected)
  return tf.tidy(() => {
    const ofData = tf.div(logRatioData, -2)
    const ofNoise = tf.div(logRatioNoise, 2)
    if (logarithm) {
      return logSumExp(tf.concat([tf.sub(ofData, Math.log(n)), tf.sub(ofNoise, Math.log(perData * n))]), 0)
    }
    const losses = tf.add(tf.exp(ofData), tf.mean(tf.exp(tf.reshape(ofNoise, [n, perData])), 1))
    return reduce(where, losses, reduction)
  }) as Reduced<R>
}
