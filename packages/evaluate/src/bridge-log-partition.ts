import { checkLength, checkNumber, rangeError } from '@chiaro/core'
import { isReliable, type LogPartitionEstimate } from './log-partition-estimate.ts'

export interface BridgeLogPartitionOptions {
  /** ν, how many noise samples weigh as much as one data sample. Default how many there are. */
  readonly noiseRatio?: number
}

export interface BridgeLogPartitionEstimate extends LogPartitionEstimate {
  /** Ê_p[νq/(p + νq)], from 0 (no overlap) to ν/(1 + ν) (noise equal to the model). */
  readonly overlap: number
}

/**
 * log Z of a given energy as noise-contrastive estimation learns it: the c that minimises binary NCE's loss
 * (docs/notes.md eq. 1.3 and 1.7) in the log partition alone, which is bridge sampling with its optimal bridge (Meng and
 * Wong 1996). With u = −E − log q and h = σ(u − c − log ν) it solves
 *
 *   mean over data of (1 − h) = ν · mean over noise of h,
 *
 * by Newton's method kept within a bracket, in float64. The standard error is the sandwich
 *
 *   Var ĉ = [Var_data(1 − h)/n + ν² Var_noise(h)/m] / Î²,  Î = Ê_data[h(1 − h)] + ν Ê_noise[h(1 − h)],
 *
 * for m = νn in the limit (1/I − (1 + 1/ν))/n. It holds for the energy as given: fitting the energy to the same rows
 * adds to the error of a log partition learned with it, so pass rows that training did not see. Where data do not
 * follow the model, ĉ is the constant that tells them from noise best, not log Z: compare with an estimate that does
 * without data. In nats.
 *
 * `effectiveSampleSize` is how many data rows would count as much where the noise is the model,
 * min(n, m/ν)·overlap·(1 + 1/ν): with little overlap the rows that matter are not seen, and the standard error is too small.
 *
 * @param logRatioData [n] −E(x) − log q(x) of data
 * @param logRatioNoise [m] the same of samples of q
 * @throws RangeError for fewer than two rows, ν ≤ 0, and naming the row: a log ratio of NaN or +∞, of −∞ at data
 */
export function bridgeLogPartition(
  logRatioData: ArrayLike<number>,
  logRatioNoise: ArrayLike<number>,
  options: BridgeLogPartitionOptions = {},
): BridgeLogPartitionEstimate {
  const where = 'bridgeLogPartition'
  const data = checkedRatios(where, 'logRatioData', logRatioData)
  const noise = checkedRatios(where, 'logRatioNoise', logRatioNoise)
  const dataRow = data.indexOf(Number.NEGATIVE_INFINITY)
  if (dataRow >= 0) {
    throw rangeError(where, `logRatioData[${dataRow}]`, 'above −∞ (data are possible)', '-Infinity')
  }
  if (noise.every(value => value === Number.NEGATIVE_INFINITY)) {
    throw rangeError(where, 'logRatioNoise', 'above −∞ for some row', '−∞ for all')
  }
  const { noiseRatio = noise.length / data.length } = options
  checkNumber(where, { noiseRatio }, { above: 0 })
  const shift = Math.log(noiseRatio)
  const logPartition = solve(data, noise, shift)
  const ofData = moments(data.map(u => sigmoid(logPartition + shift - u)))
  const ofNoise = moments(noise.map(u => sigmoid(u - logPartition - shift)))
  const information = ofData.curvature + noiseRatio * ofNoise.curvature
  const variance = ofData.variance / data.length + (noiseRatio ** 2 * ofNoise.variance) / noise.length
  const rows = Math.min(data.length, noise.length / noiseRatio)
  const effectiveSampleSize = rows * ofData.mean * (1 + 1 / noiseRatio)
  return {
    logPartition,
    // No overlap at all, or one whose square vanishes: nothing holds the constant.
    standardError: information > 1e-150 ? Math.sqrt(variance) / information : Number.POSITIVE_INFINITY,
    effectiveSampleSize,
    samples: data.length + noise.length,
    reliable: isReliable(effectiveSampleSize),
    overlap: ofData.mean,
  }
}

/** The root of mean σ(c + s − u) over data − ν mean σ(u − c − s) over noise, which increases in c. */
function solve(data: Float64Array, noise: Float64Array, shift: number): number {
  const nu = Math.exp(shift)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const ratios of [data, noise]) {
    for (const u of ratios) if (Number.isFinite(u)) [low, high] = [Math.min(low, u), Math.max(high, u)]
  }
  // Beyond these one of the two means is below e⁻⁵⁰ of the other.
  low -= Math.abs(shift) + 50
  high += Math.abs(shift) + 50
  let c = (low + high) / 2
  for (let step = 0; step < 200; step++) {
    let [value, slope] = [0, 0]
    for (const u of data) {
      const miss = sigmoid(c + shift - u)
      value += miss / data.length
      slope += (miss * (1 - miss)) / data.length
    }
    for (const u of noise) {
      const hit = sigmoid(u - c - shift)
      value -= (nu * hit) / noise.length
      slope += (nu * hit * (1 - hit)) / noise.length
    }
    if (value > 0) high = c
    else low = c
    const newton = c - value / slope
    const next = newton > low && newton < high ? newton : (low + high) / 2
    const settled = Math.abs(next - c) <= 1e-13 * Math.max(1, Math.abs(c))
    c = next
    if (settled) break
  }
  return c
}

function moments(weights: Float64Array): {
  readonly mean: number
  readonly variance: number
  /** The mean of w(1 − w). */
  readonly curvature: number
} {
  const n = weights.length
  const mean = weights.reduce((sum, w) => sum + w, 0) / n
  const deviations = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0)
  const curvature = weights.reduce((sum, w) => sum + w * (1 - w), 0) / n
  return { mean, variance: deviations / (n - 1), curvature }
}

function checkedRatios(where: string, argument: string, ratios: ArrayLike<number>): Float64Array {
  checkLength(where, { [argument]: ratios }, { least: 2 })
  const values = Float64Array.from(ratios)
  const row = values.findIndex(value => Number.isNaN(value) || value === Number.POSITIVE_INFINITY)
  if (row < 0) return values
  const expected = 'below ∞ (the noise must have a density there)'
  throw rangeError(where, `${argument}[${row}]`, expected, String(values[row]))
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}
