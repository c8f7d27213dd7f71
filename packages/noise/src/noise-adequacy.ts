import { checkLength, checkNumber, checkShape, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { adviceOn, type NoiseVerdict, verdictOn } from './adequacy-verdict.ts'
import { classifierAuc } from './classifier-auc.ts'
import { importanceWeights } from './importance-weights.ts'

export interface NoiseAdequacyOptions {
  /** ν of the training. Default the number of noise rows per data row. */
  readonly noiseRatio?: number
}

/** The figures of a report; all nats are natural logarithms. */
export interface NoiseFigures {
  /** P(log ratio of a data row > that of a noise row): 0.5 cannot be told apart, 1 never confused. */
  readonly auc: number
  /** How many noise rows count as data when weighted by exp(log ratio). */
  readonly effectiveSampleSize: number
  /** The same as a share of the noise rows; about 1/(1 + χ²(data, noise)). */
  readonly relativeEffectiveSampleSize: number
  /** Share of data rows at which the classifier is more than 99% sure: noise hardly comes there. */
  readonly unreachedData: number
  /** Share of noise rows at which it is more than 99% sure: they teach almost nothing. */
  readonly wastedNoise: number
  /** Mean log ratio over data, an estimate of KL(data ‖ noise): large where noise is too narrow. */
  readonly divergenceOfData: number
  /** Minus the mean log ratio over noise, an estimate of KL(noise ‖ data): large where noise is too wide. */
  readonly divergenceOfNoise: number
  /** log mean exp(log ratio) over noise: 0 where model and log Z are right. */
  readonly logMeanWeight: number
}

export interface NoiseAdequacy extends NoiseFigures {
  readonly verdict: NoiseVerdict
  /** What to change, in plain sentences; one at least. */
  readonly advice: readonly string[]
}

/**
 * How well a noise serves NCE, from a model's log ratios log p_model − log p_noise at data and at fresh noise rows. NCE learns
 * where classification is hard: noise that is far from the data is told apart at once, and noise narrower than the data leaves
 * its tails without a contrast. Figures are float64 on the host.
 *
 * They are the noise's own only as far as the model is right; held-out rows keep over-fitting out of them.
 *
 * @param logRatioData [n]
 * @param logRatioNoise [m]
 * @throws TypeError for tensors of another rank; RangeError for no rows, and that names a ratio that is NaN or, at noise, +∞
 *
 * @example
 * ```ts
 * import { gaussianNoise, noiseAdequacy } from '@chiaro/noise'
 * import { key } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // The model is the truth here, N(0, 1); the noise is far too narrow.
 * const [truth, noise] = [1, 0.3].map(deviation => gaussianNoise({ mean: [0], deviation: [deviation] }))
 * const logRatio = (x: tf.Tensor) => tf.sub(truth.logProb(x), noise.logProb(x))
 * const { verdict } = await noiseAdequacy(
 *   logRatio(truth.sample(key(1), 1000)),
 *   logRatio(noise.sample(key(2), 4000)),
 * )
 * console.log(verdict) // 'tooNarrow'
 * ```
 */
export async function noiseAdequacy(
  logRatioData: tf.Tensor | ArrayLike<number>,
  logRatioNoise: tf.Tensor | ArrayLike<number>,
  options: NoiseAdequacyOptions = {},
): Promise<NoiseAdequacy> {
  const where = 'noiseAdequacy'
  const data = await hostRatios(where, 'logRatioData', logRatioData)
  const noise = await hostRatios(where, 'logRatioNoise', logRatioNoise)
  const impossible = noise.indexOf(Number.POSITIVE_INFINITY)
  if (impossible >= 0) throw rangeError(where, `logRatioNoise[${impossible}]`, 'below ∞', 'Infinity')
  const { noiseRatio = noise.length / data.length } = options
  checkNumber(where, { noiseRatio }, { above: 0 })
  const { logMean, effectiveSampleSize } = importanceWeights(noise)
  // P(data | x) = σ(r − log ν) is 0.99 at a logit of log 99.
  const [centre, sure] = [Math.log(noiseRatio), Math.log(99)]
  const share = (of: Float64Array, holds: (r: number) => boolean) => of.filter(holds).length / of.length
  const mean = (of: Float64Array) => of.reduce((sum, r) => sum + r, 0) / of.length
  const figures: NoiseFigures = {
    auc: classifierAuc(data, noise),
    effectiveSampleSize,
    relativeEffectiveSampleSize: effectiveSampleSize / noise.length,
    unreachedData: share(data, r => r - centre > sure),
    wastedNoise: share(noise, r => centre - r > sure),
    divergenceOfData: mean(data),
    divergenceOfNoise: -mean(noise),
    logMeanWeight: logMean,
  }
  const verdict = verdictOn(figures)
  return { ...figures, verdict, advice: adviceOn(verdict, figures) }
}

async function hostRatios(
  where: string,
  argument: string,
  ratios: tf.Tensor | ArrayLike<number>,
): Promise<Float64Array> {
  if (ratios instanceof tf.Tensor) checkShape(where, { [argument]: ratios }, ['n'])
  const values = Float64Array.from(ratios instanceof tf.Tensor ? await ratios.data() : ratios)
  checkLength(where, { [argument]: values }, { least: 1 })
  const wrong = values.findIndex(Number.isNaN)
  if (wrong >= 0) throw rangeError(where, `${argument}[${wrong}]`, 'a number', 'NaN')
  return values
}
