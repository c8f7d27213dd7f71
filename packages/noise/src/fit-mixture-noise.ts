import { checkInteger, checkNumber, cholesky, invertLower, type RandomKey, yielding } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import type * as tf from '@tensorflow/tfjs-core'
import { checkSpread } from './check-covariance.ts'
import { columnMoments, scatter } from './column-moments.ts'
import { gaussianNoise } from './gaussian-noise.ts'
import { type HostRows, readRows } from './host-rows.ts'
import { type MixtureNoiseSpec, mixtureNoise } from './mixture-noise.ts'
import type { Noise } from './noise.ts'
import { spreadCentres } from './spread-centres.ts'
import { squaredDistances } from './squared-distances.ts'

export interface FitMixtureNoiseOptions {
  /** Chooses the starting centres; the fit is deterministic in it. */
  readonly key: RandomKey
  /** Number of Gaussians. Default 8. */
  readonly components?: number
  /** Of each component. Default 'full'. */
  readonly covariance?: 'full' | 'diagonal'
  /** Most steps of EM. Default 100. */
  readonly steps?: number
  /** Added to each component's variances, in variances of the column: no component collapses. Default 1e-3. */
  readonly floor?: number
  /** Deviations are multiplied by it. Default 1. */
  readonly inflation?: number
  /** Ends the fit, which throws its reason. */
  readonly signal?: AbortSignal
}

interface Component {
  readonly weight: number
  readonly mean: readonly number[]
  readonly matrix: number[][]
}

/**
 * A mixture of Gaussians by EM (Dempster, Laird and Rubin 1977) in float64, from centres spread by k-means++ (Arthur and
 * Vassilvitskii 2007), until the mean log-likelihood gains less than 1e-6 nats. A component that loses its rows is dropped.
 * Other events have their turn meanwhile.
 *
 * @param x float32 [n, d]
 * @throws TypeError for another shape; RangeError that names a number that is not finite or a constant column, for more
 *   components than rows, and for options out of range; the signal's reason
 *
 * @example
 * ```ts
 * import { fitMixtureNoise } from '@chiaro/noise'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const x = tf.concat<tf.Tensor2D>([normal(key(1), [200, 2]), tf.add(normal(key(2), [200, 2]), 6)])
 * const noise = await fitMixtureNoise(x, { key: key(3), components: 2 })
 * console.log(noise.spec.weights) // about ½ each
 * ```
 */
export async function fitMixtureNoise(
  x: tf.Tensor,
  options: FitMixtureNoiseOptions,
): Promise<Noise<MixtureNoiseSpec>> {
  const where = 'fitMixtureNoise'
  const { components = 8, covariance = 'full', steps = 100, floor = 1e-3, inflation = 1, signal } = options
  checkInteger(where, { steps }, { least: 1 })
  checkNumber(where, { floor }, { above: 0 })
  checkNumber(where, { inflation }, { above: 0 })
  const rows = await readRows(where, x)
  checkInteger(where, { components }, { least: 1, most: rows.n })
  const { mean, variance } = columnMoments(rows)
  checkSpread(where, variance, mean, 'leave it out')
  const whole = variance.map((_, j) => variance.map((_unused, k) => (j === k ? variance[j] : 0)))
  const turn = yielding(signal)
  const centres = await spreadCentres(foldIn(options.key, 0), rows, variance, components, turn)
  let mixture: Component[] = centres.map(centre => ({
    weight: 1 / components,
    mean: centre,
    // Wide at first: every row belongs a little to every component.
    matrix: whole.map(row => row.map(value => value / components ** (2 / rows.d))),
  }))
  let reached = Number.NEGATIVE_INFINITY
  for (let step = 0; step < steps; step++) {
    const { shares, logLikelihood } = await responsibilities(where, rows, mixture, turn)
    if (logLikelihood - reached < 1e-6) break
    reached = logLikelihood
    mixture = []
    for (const share of shares) {
      await turn()
      mixture.push(...maximised(rows, share, covariance, floor, variance))
    }
  }
  const gaussians = mixture.map(component =>
    covariance === 'full'
      ? gaussianNoise({
          mean: component.mean,
          covariance: component.matrix.map(row => row.map(value => value * inflation ** 2)),
        })
      : gaussianNoise({
          mean: component.mean,
          deviation: component.matrix.map((row, j) => inflation * Math.sqrt(row[j])),
        }),
  )
  return mixtureNoise(
    gaussians,
    mixture.map(component => component.weight),
  )
}

/** The E step: each component's share of each row, and the mean log-likelihood. */
async function responsibilities(
  where: string,
  rows: HostRows,
  mixture: readonly Component[],
  turn: () => Promise<void>,
) {
  const shares: Float64Array[] = []
  for (const { weight, mean, matrix } of mixture) {
    await turn()
    const L = cholesky(where, 'x', matrix)
    const logNormaliser = L.reduce(
      (sum, row, j) => sum + Math.log(row[j]) + Math.log(2 * Math.PI) / 2,
      -Math.log(weight),
    )
    const distances = squaredDistances(rows, mean, invertLower(L))
    shares.push(distances.map(distance => -distance / 2 - logNormaliser))
  }
  let total = 0
  for (let i = 0; i < rows.n; i++) {
    const largest = shares.reduce((most, share) => Math.max(most, share[i]), Number.NEGATIVE_INFINITY)
    const sum = shares.reduce((all, share) => all + Math.exp(share[i] - largest), 0)
    const logDensity = largest + Math.log(sum)
    total += logDensity
    for (const share of shares) share[i] = Math.exp(share[i] - logDensity)
  }
  return { shares, logLikelihood: total / rows.n }
}

/** The M step of one component; none where less than a row is left. */
function maximised(
  rows: HostRows,
  share: Float64Array,
  covariance: 'full' | 'diagonal',
  floor: number,
  variance: readonly number[],
): Component[] {
  const mass = share.reduce((sum, value) => sum + value, 0)
  if (mass < 1) return []
  const { mean } = columnMoments(rows, share)
  const matrix = scatter(rows, mean, mass, share).map((row, j) =>
    row.map((value, k) => (j === k ? value + floor * variance[j] : covariance === 'full' ? value : 0)),
  )
  return [{ weight: mass / rows.n, mean, matrix }]
}
