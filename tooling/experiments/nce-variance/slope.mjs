// How the error of a 5-D precision falls with n: q = p (a Gaussian of the data's covariance), 20 random problems.
import { foldIn, key, normalValues, split, uniformValues } from '@chiaro/random'
import { inverse } from './algebra.mjs'
import { gaussianPrecision } from './gaussian-precision.mjs'
import { minimise } from './newton.mjs'

const d = 5
const problems = 20

export const slopeCells = [1, 10].flatMap(noiseRatio =>
  [250, 500, 1000, 2000, 4000, 8000, 16000].map(count => ({ noiseRatio, count })),
)

/**
 * Squared errors of Λ_ij, i ≤ j, of one replicate: by NCE and by maximum likelihood from the same data, each as a
 * multiple of the asymptotic Σ (Λ_ii Λ_jj + Λ_ij²)/n of maximum likelihood. NaN where NCE has no optimum.
 */
export function slopeReplicate({ noiseRatio, count }, replicateKey, replicate) {
  const covariance = randomCovariance(foldIn(key(5), replicate % problems))
  const family = gaussianPrecision({ covariance, noiseCovariance: covariance, dimension: d, noiseRatio })
  const [dataKey, noiseKey] = split(replicateKey, 2)
  const draw = family.draw(dataKey, noiseKey, count)
  const likely = upper(inverse(secondMoments(draw.data, count), d))
  const precision = inverse(Float64Array.from(covariance), d)
  let bound = 0
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      bound += (precision[i * d + i] * precision[j * d + j] + precision[i * d + j] ** 2) / count
    }
  }
  const error = theta => theta.slice(0, -1).reduce((sum, value, i) => sum + (value - family.truth[i]) ** 2, 0)
  const { theta, converged } = minimise(family.evaluate(draw), family.truth, { count })
  return [converged ? error([...theta]) / bound : Number.NaN, error([...likely, 0]) / bound]
}

/** Eigenvalues uniform in .1…1, eigenvectors a random rotation (Gram and Schmidt on normals). */
function randomCovariance(problemKey) {
  const [basisKey, valueKey] = split(problemKey, 2)
  const basis = Float64Array.from(normalValues(basisKey, d * d))
  const values = uniformValues(valueKey, d).map(u => 0.1 + 0.9 * u)
  const row = i => basis.subarray(i * d, (i + 1) * d)
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const along = row(i).reduce((sum, x, a) => sum + x * row(j)[a], 0)
      for (let a = 0; a < d; a++) row(i)[a] -= along * row(j)[a]
    }
    const length = Math.hypot(...row(i))
    for (let a = 0; a < d; a++) row(i)[a] /= length
  }
  return Array.from({ length: d * d }, (_, at) => {
    const [a, b] = [Math.floor(at / d), at % d]
    return values.reduce((sum, value, i) => sum + value * row(i)[a] * row(i)[b], 0)
  })
}

function secondMoments(data, count) {
  const moments = new Float64Array(d * d)
  for (let at = 0; at < data.length; at += d) {
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) moments[i * d + j] += data[at + i] * data[at + j]
  }
  return moments.map(value => value / count)
}

function upper(matrix) {
  const values = []
  for (let i = 0; i < d; i++) for (let j = i; j < d; j++) values.push(matrix[i * d + j])
  return values
}
